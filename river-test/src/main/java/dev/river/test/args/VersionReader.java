package dev.river.test.args;

import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.JobArgs;
import dev.river.work.RegisteredWorker;
import dev.river.work.Upcaster;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads stored arguments as a client does that works them.
 *
 * @param argsClass the class that they are read as
 * @param worker the worker of their kind, if there is one
 */
record VersionReader(Class<? extends JobArgs> argsClass, Optional<RegisteredWorker<?>> worker) {

  /**
   * {@return what is wrong with arguments when they are read}
   *
   * @param json the arguments
   */
  List<Finding> read(String json) {
    try {
      Json.CODEC.checkArgs(json);
      JobArgs args = Json.CODEC.decodeArgs(json, argsClass, upcasters());
      Object stored = Json.INSPECTION.upcast(json, upcasters());
      Object written = Json.INSPECTION.tree(Json.CODEC.encodeArgs(args));
      return ReadComparison.findings(new Spot(Finding.ROOT, stored, args, written));
    } catch (UndecodableArgsException e) {
      return List.of(new Finding.Unreadable(String.valueOf(e.getMessage()), renamed(json), e));
    } catch (RuntimeException e) { // upcasters() and accessors may throw anything
      return List.of(new Finding.Unreadable("can't be compared: " + e.getMessage(), List.of(), e));
    }
  }

  /** {@return arguments that have been read; empty if they can't be} */
  Optional<JobArgs> decoded(String json) {
    try {
      return Optional.of(Json.CODEC.decodeArgs(json, argsClass, upcasters()));
    } catch (UndecodableArgsException | RuntimeException e) {
      return Optional.empty(); // read() says why
    }
  }

  private List<Upcaster> upcasters() {
    return worker.map(found -> found.worker().upcasters()).orElse(List.of());
  }

  private List<Finding.Renamed> renamed(String json) {
    try {
      return Json.INSPECTION.upcast(json, upcasters()) instanceof Map<?, ?> object
          ? Renames.in(argsClass, object)
          : List.of();
    } catch (IllegalArgumentException e) {
      return List.of(); // an upcaster has failed, which was what kept it from being read
    }
  }
}
