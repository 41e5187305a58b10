package dev.river.internal.insert;

import dev.river.error.InsertRefusedException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.ReadableArgs;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.Uniqueness;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.JobInsertParams;
import dev.river.job.UniqueOpts;
import dev.river.work.ArgsCheck;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a row of arguments and options: everything is resolved and checked before any SQL runs. */
public final class JobPlanner {
  private static final ArgsCheck ARGS_CHECK = new ReadableArgs();

  private final JsonCodec codec;
  private final InsertOpts defaults;
  private final Set<String> knownKinds;
  private final UniqueKeys uniqueKeys;
  private final UniquePeriods uniquePeriods;
  private final InsertChain chain;

  /**
   * Creates it.
   *
   * @param codec writes arguments and metadata
   * @param defaults the options of the client, for what no others set
   * @param knownKinds the kinds that may be inserted; empty for all
   * @param uniqueKeys computes the keys of unique jobs
   * @param uniquePeriods looks at their periods
   * @param chain what may change jobs before they are stored
   */
  public JobPlanner(
      JsonCodec codec,
      InsertOpts defaults,
      Set<String> knownKinds,
      UniqueKeys uniqueKeys,
      UniquePeriods uniquePeriods,
      InsertChain chain) {
    this.codec = codec;
    this.defaults = defaults;
    this.knownKinds = Set.copyOf(knownKinds);
    this.uniqueKeys = uniqueKeys;
    this.uniquePeriods = uniquePeriods;
    this.chain = chain;
  }

  /**
   * {@return a job that is ready to be stored}
   *
   * @param args its arguments
   * @param opts the options of the call, which win over those of the arguments' class
   * @throws IllegalArgumentException if anything about it is invalid
   * @throws InsertRefusedException if an extension refuses it
   */
  public PlannedJob plan(JobArgs args, InsertOpts opts) {
    return plan(args, opts, OptionalLong.empty());
  }

  /**
   * {@return a periodic job's job, ready to be stored}
   *
   * @param insert the job
   * @param runAt when it is due, unless its options say something else
   * @param id the periodic job's id, if it has one
   * @throws IllegalArgumentException if anything about it is invalid
   * @throws InsertRefusedException if an extension refuses it
   */
  public PlannedJob planPeriodic(Insert<?> insert, Instant runAt, Optional<String> id) {
    InsertOpts due = InsertOpts.builder().scheduledAt(runAt).build();
    InsertOpts opts = insert.opts().or(defaultsOf(insert.args())).or(due);
    PlannedJob job = plan(insert.args(), opts, OptionalLong.empty());
    Map<String, Object> metadata = new LinkedHashMap<>(job.params().metadata());
    metadata.put("periodic", true);
    id.ifPresent(known -> metadata.put("river:periodic_job_id", known));
    return new PlannedJob(
        job.row().withMetadata(codec.encodeMetadata(metadata)), job.params(), job.rewritten());
  }

  /**
   * {@return one of several jobs, ready to be stored}
   *
   * @param insert the job; a caller's list or stream may hold null
   * @param position its place among the others, from 0, for the message
   * @throws IllegalArgumentException if anything about it is invalid, or its arguments throw; it
   *     names the position and the kind
   * @throws InsertRefusedException if an extension refuses it
   */
  PlannedJob plan(@Nullable Insert<?> insert, long position) {
    try {
      Objects.requireNonNull(insert, "job");
      return plan(insert.args(), insert.opts(), OptionalLong.of(position));
    } catch (InsertRefusedException e) {
      throw e; // it names the position itself
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "job %s (%s) can't be inserted: %s".formatted(position, describe(insert), e.getMessage()),
          e);
    }
  }

  private PlannedJob plan(JobArgs args, InsertOpts opts, OptionalLong position) {
    Objects.requireNonNull(args, "args");
    Objects.requireNonNull(opts, "opts");
    InsertOpts resolved = opts.or(defaultsOf(args)).or(defaults);
    String kind = Kinds.of(args);
    ARGS_CHECK.check(args.getClass());
    JobInsertParams own = JobInsertParams.of(kind, codec.encodeArgs(args), resolved);
    checkKnown(own.kind(), args);
    Optional<Uniqueness> uniqueness = uniqueness(args, own, resolved);
    JobInsertParams changed = chain.before(own, position);
    boolean rewritten = !changed.encodedArgs().equals(own.encodedArgs());
    if (rewritten) {
      codec.checkArgs(changed.encodedArgs());
    }
    return new PlannedJob(row(changed, uniqueness), changed, rewritten);
  }

  /** By what the inserter gave, so that jobs stay comparable whatever extensions make of them. */
  private Optional<Uniqueness> uniqueness(JobArgs args, JobInsertParams job, InsertOpts opts) {
    Optional<UniqueOpts> options = opts.unique().filter(unique -> !unique.isEmpty());
    options.ifPresent(unique -> uniquePeriods.check(job.kind(), job.queue(), unique));
    return options.map(
        unique ->
            new Uniqueness(
                uniqueKeys.key(args, job.encodedArgs(), job.queue(), opts, unique),
                unique.states()));
  }

  private NewJob row(JobInsertParams job, Optional<Uniqueness> uniqueness) {
    return new NewJob(
        job.kind(),
        job.encodedArgs(),
        job.queue(),
        job.priority(),
        job.maxAttempts(),
        job.scheduledAt(),
        job.pending(),
        job.tags(),
        codec.encodeMetadata(job.metadata()),
        uniqueness);
  }

  private static String describe(@Nullable Insert<?> insert) {
    if (insert == null) {
      return "null";
    }
    try {
      return "kind " + Kinds.of(insert.args());
    } catch (RuntimeException e) {
      return insert.args().getClass().getName();
    }
  }

  private void checkKnown(String kind, JobArgs args) {
    if (!knownKinds.isEmpty() && !knownKinds.contains(kind)) {
      throw new IllegalArgumentException(
          "kind must have a worker in this client's workers, which know %s, got: %s (of %s)"
              .formatted(knownKinds, kind, args.getClass().getName()));
    }
  }

  private static InsertOpts defaultsOf(JobArgs args) {
    return Objects.requireNonNull(
        args.insertOpts(), () -> "insertOpts() of " + args.getClass().getName());
  }
}
