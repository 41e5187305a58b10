package dev.river;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.insert.InsertChain;
import dev.river.internal.insert.InsertHints;
import dev.river.internal.insert.JobPlanner;
import dev.river.internal.insert.PlannedJob;
import dev.river.internal.insert.PlannedJobs;
import dev.river.internal.insert.UniqueKeys;
import dev.river.internal.insert.UniquePeriods;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobBatches;
import dev.river.internal.store.JobCopies;
import dev.river.internal.store.JobInserts;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.StoredJob;
import dev.river.internal.work.QueueSettings;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** The steps of an insert, whatever transaction it runs in. Thread-safe. */
final class JobInsertion {
  private final InstantSource clock;
  private final JsonCodec codec;
  private final Notifications notifications;
  private final JobPlanner planner;
  private final JobInserts inserts;
  private final JobBatches batches;
  private final JobCopies copies = new JobCopies();
  private final InsertHints hints;
  private final InsertChain chain;

  JobInsertion(
      ClientSettings settings, Database database, JsonCodec codec, Notifications notifications) {
    this.clock = settings.work().clock();
    this.codec = codec;
    this.notifications = notifications;
    this.chain = new InsertChain(settings.work().extensions(), settings.work().extensionsOfKinds());
    this.planner =
        new JobPlanner(
            codec,
            InsertOpts.builder().maxAttempts(settings.maxAttempts()).build(),
            settings.work().workers().keySet(),
            new UniqueKeys(codec, clock),
            uniquePeriods(settings),
            chain);
    this.inserts = new JobInserts(codec, notifications);
    this.batches = new JobBatches(settings.schema(), codec);
    this.hints =
        new InsertHints(
            settings.id(), database.withSilenceLimit(ClientRuntime.SILENCE_LIMIT), notifications);
  }

  private static UniquePeriods uniquePeriods(ClientSettings settings) {
    return new UniquePeriods(
        settings.upkeep().retention(),
        settings.queues().stream()
            .collect(Collectors.toMap(QueueSettings::name, QueueSettings::retention)));
  }

  PlannedJob plan(JobArgs args, InsertOpts opts) {
    return planner.plan(args, opts);
  }

  StoredJob storePeriodic(DSLContext db, Insert<?> insert, Instant runAt, Optional<String> id) {
    return store(db, planner.planPeriodic(insert, runAt, id));
  }

  List<PlannedJob> plan(List<? extends Insert<?>> jobs) {
    if (jobs.isEmpty()) {
      throw new IllegalArgumentException("jobs must not be empty");
    }
    List<PlannedJob> planned = new ArrayList<>(jobs.size());
    new PlannedJobs(planner, jobs.iterator()).forEachRemaining(planned::add);
    return planned;
  }

  /** {@return whether extensions lie around the insert of some jobs} */
  boolean isExtended(List<PlannedJob> jobs) {
    return chain.concerns(jobs);
  }

  /** {@return whether extensions lie around copies} */
  boolean isCopyExtended() {
    return chain.concernsCopies();
  }

  /** {@return whether a job is stored with one statement, and nothing around it} */
  boolean isOneStatement(PlannedJob job) {
    return job.row().uniqueness().isEmpty() && !isExtended(List.of(job));
  }

  StoredJob store(DSLContext db, PlannedJob job) {
    return chain.around(List.of(job), () -> List.of(insert(db, job.row()))).getFirst();
  }

  List<StoredJob> storeAll(DSLContext db, List<PlannedJob> jobs) {
    return chain.around(jobs, () -> insertAll(db, jobs.stream().map(PlannedJob::row).toList()));
  }

  JobCopies.Copied copy(DSLContext db, Stream<? extends Insert<?>> jobs) {
    return chain.aroundCopy(
        () -> {
          JobCopies.Copied copied =
              copies.copy(db, new PlannedJobs(planner, jobs.iterator()).rows());
          announce(db, copied.queues());
          return copied;
        });
  }

  private StoredJob insert(DSLContext db, NewJob job) {
    if (job.uniqueness().isPresent()) {
      return insertAll(db, List.of(job)).getFirst();
    }
    boolean announce = job.isDueAt(clock.instant()) && hints.announceNow(job.queue());
    return new StoredJob(inserts.insert(db, job, announce), false);
  }

  private List<StoredJob> insertAll(DSLContext db, List<NewJob> jobs) {
    List<StoredJob> stored = batches.insert(db, jobs);
    announce(db, StoredJob.queuesWithWork(stored));
    return stored;
  }

  private void announce(DSLContext db, Set<String> queues) {
    List<String> now = queues.stream().filter(hints::announceNow).toList();
    if (!now.isEmpty()) {
      notifications.announce(db, now);
    }
  }

  <T extends JobArgs> List<Inserted<T>> inserted(
      List<? extends Insert<? extends T>> jobs, List<PlannedJob> planned, List<StoredJob> stored) {
    List<Inserted<T>> inserted = new ArrayList<>(jobs.size());
    for (int i = 0; i < stored.size(); i++) {
      inserted.add(inserted(jobs.get(i).args(), planned.get(i), stored.get(i)));
    }
    return List.copyOf(inserted);
  }

  <T extends JobArgs> Inserted<T> inserted(T args, PlannedJob planned, StoredJob stored) {
    // what is stored is not for T to read where an extension has rewritten it
    T storedArgs = stored.duplicate() && !planned.rewritten() ? existing(args, stored) : args;
    return new Inserted<>(new Job<>(stored.row(), storedArgs), stored.duplicate());
  }

  @SuppressWarnings("unchecked") // the class of a T is a Class of T
  private <T extends JobArgs> T existing(T args, StoredJob stored) {
    if (!stored.row().kind().equals(args.kind())) {
      return args;
    }
    try {
      return codec.decodeArgs(stored.row().encodedArgs(), (Class<T>) args.getClass());
    } catch (UndecodableArgsException e) {
      return args;
    }
  }

  /** Sends the notifications that are held back. */
  void stop() {
    hints.stop();
  }
}
