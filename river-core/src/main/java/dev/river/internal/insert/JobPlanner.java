package dev.river.internal.insert;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.NewJob;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.Names;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Makes a row of arguments and options: everything is resolved and checked before any SQL runs. */
public final class JobPlanner {
  private static final String DEFAULT_QUEUE = "default";
  private static final int DEFAULT_PRIORITY = 1;

  private final JsonCodec codec;
  private final int defaultMaxAttempts;
  private final Set<String> knownKinds;

  /**
   * Creates it.
   *
   * @param codec writes arguments and metadata
   * @param defaultMaxAttempts how many attempts may begin where no options say so
   * @param knownKinds the kinds that may be inserted; empty for all
   */
  public JobPlanner(JsonCodec codec, int defaultMaxAttempts, Set<String> knownKinds) {
    this.codec = codec;
    this.defaultMaxAttempts = defaultMaxAttempts;
    this.knownKinds = Set.copyOf(knownKinds);
  }

  /**
   * {@return the row of a job}
   *
   * @param args its arguments
   * @param opts the options of the call, which win over those of the arguments' class
   * @throws IllegalArgumentException if anything about it is invalid
   */
  public NewJob plan(JobArgs args, InsertOpts opts) {
    Objects.requireNonNull(opts, "opts");
    String kind = checkKind(args);
    InsertOpts resolved = opts.or(defaultsOf(args));
    return new NewJob(
        kind,
        codec.encodeArgs(args),
        resolved.queue().orElse(DEFAULT_QUEUE),
        resolved.priority().orElse(DEFAULT_PRIORITY),
        resolved.maxAttempts().orElse(defaultMaxAttempts),
        resolved.scheduledAt(),
        resolved.pending().orElse(false),
        resolved.tags().orElse(List.of()),
        codec.encodeMetadata(resolved.metadata().orElse(Map.of())));
  }

  private String checkKind(JobArgs args) {
    String kind = Names.checkKind(Objects.requireNonNull(args, "args").kind());
    if (!knownKinds.isEmpty() && !knownKinds.contains(kind)) {
      throw new IllegalArgumentException(
          "kind must have a worker in this client's workers, which know %s, got: %s (of %s)"
              .formatted(knownKinds, kind, args.getClass().getName()));
    }
    return kind;
  }

  private static InsertOpts defaultsOf(JobArgs args) {
    return Objects.requireNonNull(
        args.insertOpts(), () -> "insertOpts() of " + args.getClass().getName());
  }
}
