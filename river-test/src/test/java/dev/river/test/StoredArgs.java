package dev.river.test;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.JobContext;
import dev.river.work.Upcaster;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;

/** Stored versions of arguments in a directory of their own, and what is said about them. */
abstract class StoredArgs {
  static final String HOW =
      "with -Driver.args.record=true, or RIVER_ARGS_RECORD=true in the environment, and commit it";

  @TempDir Path temporary;

  /** Of records that are versions of each other. */
  interface Receipt extends JobArgs {
    @Override
    default String kind() {
      return "receipt";
    }
  }

  record ReceiptArgs(long order, String email) implements Receipt {}

  record IntArgs(long order, int added) implements Receipt {}

  record SortArgs(List<String> strings) implements JobArgs {
    @Override
    public String kind() {
      return "sort";
    }
  }

  Path root() {
    return temporary.resolve("river-args");
  }

  ArgsCompatibility.Builder builder() {
    return ArgsCompatibility.builder().directory(root()).recording(false);
  }

  void verify(JobArgs... samples) {
    builder().verify(samples);
  }

  /** With workers of another kind, so that no note on upcasters is added. */
  ArgsCompatibility.Builder withWorkers() {
    return builder().workers(workers(SortArgs.class));
  }

  static <T extends JobArgs> Workers workers(Class<T> type, Upcaster... upcasters) {
    return new Workers()
        .add(
            type,
            new Worker<>() {
              @Override
              public WorkResult work(Job<T> job, JobContext context) {
                return WorkResult.completed();
              }

              @Override
              public List<Upcaster> upcasters() {
                return List.of(upcasters);
              }
            });
  }

  static Map<String, Object> with(Map<String, Object> args, String name, Object value) {
    args.put(name, value);
    return args;
  }

  void stored(String kind, int version, String json) throws IOException {
    Files.createDirectories(file(kind, version).getParent());
    Files.writeString(file(kind, version), json);
  }

  Path file(String kind, int version) {
    return root().resolve(kind.replace("/", "%2F")).resolve(version + ".json");
  }

  static String failure(ThrowingCallable test) {
    return String.valueOf(catchThrowableOfType(AssertionError.class, test).getMessage());
  }

  @SuppressWarnings("AnnotateFormatMethod") // of a library that tests don't have
  static String problem(String text, Object... values) {
    return "args and their stored versions have a problem:\n  " + text.formatted(values);
  }

  String problems(String... texts) {
    return Arrays.stream(texts)
        .map(text -> "\n  " + text.formatted(file("receipt", 1)))
        .collect(
            Collectors.joining(
                "",
                "args and their stored versions have %s problems:".formatted(texts.length),
                ""));
  }
}
