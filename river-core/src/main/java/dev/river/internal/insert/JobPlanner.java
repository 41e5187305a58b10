package dev.river.internal.insert;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.Uniqueness;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.Names;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a row of arguments and options: everything is resolved and checked before any SQL runs. */
public final class JobPlanner {
  private static final String DEFAULT_QUEUE = "default";
  private static final int DEFAULT_PRIORITY = 1;

  private final JsonCodec codec;
  private final int defaultMaxAttempts;
  private final Set<String> knownKinds;
  private final UniqueKeys uniqueKeys;

  /**
   * Creates it.
   *
   * @param codec writes arguments and metadata
   * @param defaultMaxAttempts how many attempts may begin where no options say so
   * @param knownKinds the kinds that may be inserted; empty for all
   * @param uniqueKeys computes the keys of unique jobs
   */
  public JobPlanner(
      JsonCodec codec, int defaultMaxAttempts, Set<String> knownKinds, UniqueKeys uniqueKeys) {
    this.codec = codec;
    this.defaultMaxAttempts = defaultMaxAttempts;
    this.knownKinds = Set.copyOf(knownKinds);
    this.uniqueKeys = uniqueKeys;
  }

  /**
   * {@return the row of a job}
   *
   * @param args its arguments
   * @param opts the options of the call, which win over those of the arguments' class
   * @throws IllegalArgumentException if anything about it is invalid
   */
  public NewJob plan(JobArgs args, InsertOpts opts) {
    return plan(args, opts, InsertOpts.defaults(), Map.of());
  }

  /**
   * {@return the row of a periodic job's job}
   *
   * @param insert the job
   * @param runAt when it is due, unless its options say something else
   * @param id the periodic job's id, if it has one
   * @throws IllegalArgumentException if anything about it is invalid
   */
  public NewJob planPeriodic(Insert<?> insert, Instant runAt, Optional<String> id) {
    Map<String, Object> ownMetadata = new LinkedHashMap<>();
    ownMetadata.put("periodic", true);
    id.ifPresent(known -> ownMetadata.put("river:periodic_job_id", known));
    InsertOpts due = InsertOpts.builder().scheduledAt(runAt).build();
    return plan(insert.args(), insert.opts(), due, ownMetadata);
  }

  private NewJob plan(
      JobArgs args, InsertOpts opts, InsertOpts last, Map<String, Object> ownMetadata) {
    Objects.requireNonNull(opts, "opts");
    String kind = checkKind(args);
    InsertOpts resolved = opts.or(defaultsOf(args)).or(last);
    Map<String, Object> metadata = new LinkedHashMap<>(resolved.metadata().orElse(Map.of()));
    metadata.putAll(ownMetadata);
    String encodedArgs = codec.encodeArgs(args);
    String queue = resolved.queue().orElse(DEFAULT_QUEUE);
    return new NewJob(
        kind,
        encodedArgs,
        queue,
        resolved.priority().orElse(DEFAULT_PRIORITY),
        resolved.maxAttempts().orElse(defaultMaxAttempts),
        resolved.scheduledAt(),
        resolved.pending().orElse(false),
        resolved.tags().orElse(List.of()),
        codec.encodeMetadata(metadata),
        resolved
            .unique()
            .filter(unique -> !unique.isEmpty())
            .map(
                unique ->
                    new Uniqueness(
                        uniqueKeys.key(args, encodedArgs, queue, resolved, unique),
                        unique.states())));
  }

  /**
   * {@return the row of one of several jobs}
   *
   * @param insert the job; a caller's list or stream may hold null
   * @param position its place among the others, from 0, for the message
   * @throws IllegalArgumentException if anything about it is invalid, or its arguments throw; it
   *     names the position and the kind
   */
  public NewJob plan(@Nullable Insert<?> insert, long position) {
    try {
      Objects.requireNonNull(insert, "job");
      return plan(insert.args(), insert.opts());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "job %d (%s) can't be inserted: %s".formatted(position, describe(insert), e.getMessage()),
          e);
    }
  }

  private static String describe(@Nullable Insert<?> insert) {
    if (insert == null) {
      return "null";
    }
    try {
      return "kind " + insert.args().kind();
    } catch (RuntimeException e) {
      return insert.args().getClass().getName();
    }
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
