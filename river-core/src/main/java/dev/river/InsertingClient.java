package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.insert.InsertHints;
import dev.river.internal.insert.JobPlanner;
import dev.river.internal.insert.PlannedJobs;
import dev.river.internal.insert.UniqueKeys;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobBatches;
import dev.river.internal.store.JobCopies;
import dev.river.internal.store.JobInserts;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.StoredJob;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** What a client does for those who insert. */
abstract sealed class InsertingClient permits RiverClient {
  private final JsonCodec codec;
  private final Database database;
  private final Notifications notifications;
  private final JobPlanner planner;
  private final JobInserts inserts;
  private final JobBatches batches;
  private final JobCopies copies = new JobCopies();
  private final InsertHints hints;

  InsertingClient(
      ClientSettings settings, Database database, JsonCodec codec, Notifications notifications) {
    this.codec = codec;
    this.database = database;
    this.notifications = notifications;
    this.planner =
        new JobPlanner(
            codec,
            settings.maxAttempts(),
            settings.work().workers().keySet(),
            new UniqueKeys(codec, InstantSource.system()));
    this.inserts = new JobInserts(codec, notifications);
    this.batches = new JobBatches(settings.schema(), codec);
    this.hints = new InsertHints(settings.id(), database, notifications);
  }

  /**
   * Inserts a job with the options of its class, in a transaction of its own.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @return the job as it is stored, or the existing one if it is a duplicate
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Inserted<T> insert(T args) {
    return insert(args, InsertOpts.defaults());
  }

  /**
   * Inserts a job in a transaction of its own.
   *
   * <p>If the job is unique ({@link UniqueOpts}) and another one holds its key, nothing changes and
   * the other one is returned. If a transaction that is still open has inserted that other one,
   * this waits for its end.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored, or the existing one if it is a duplicate
   * @throws IllegalArgumentException if the kind is invalid or, in a client with workers, unknown
   *     to them, or if the arguments can't be stored; nothing is inserted then
   * @throws DatabaseException if the database refuses the job or can't be reached
   */
  public <T extends JobArgs> Inserted<T> insert(T args, InsertOpts opts) {
    checkOpen();
    NewJob job = planner.plan(args, opts);
    StoredJob stored =
        job.uniqueness().isEmpty()
            ? database.call(db -> store(db, job)) // a single statement
            : database.callAtomically(db -> store(db, job));
    wake(queuesWithWork(List.of(stored)));
    return inserted(args, stored);
  }

  /**
   * Inserts a job with the options of its class, in the caller's transaction.
   *
   * @param <T> the class of its arguments
   * @param tx the caller's transaction
   * @param args its arguments
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  /**
   * Inserts a job in the caller's transaction: nobody sees it before that commits, and never if it
   * rolls back. Others who insert a unique job with the same key wait until then.
   *
   * @param <T> the class of its arguments
   * @param tx the caller's transaction. Only its connection is used; its dialect, settings and
   *     listeners neither matter nor change.
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    NewJob job = planner.plan(args, opts);
    return inserted(args, database.callAtomicallyOn(tx, db -> store(db, job)));
  }

  /**
   * Inserts a job with the options of its class, in the transaction of a connection.
   *
   * @param <T> the class of its arguments
   * @param tx the connection whose transaction it is
   * @param args its arguments
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  /**
   * Inserts a job in the transaction of a connection, as {@link #insertTx(DSLContext, JobArgs,
   * InsertOpts)} does.
   *
   * @param <T> the class of its arguments
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    NewJob job = planner.plan(args, opts);
    return inserted(args, database.callAtomicallyOn(tx, db -> store(db, job)));
  }

  /**
   * Inserts jobs in a transaction of their own: all of them or none. Five thousand at a time take
   * one statement. Jobs may be duplicates of each other too: the first one is inserted, and the
   * others are reported as its duplicates.
   *
   * @param <T> what the classes of their arguments have in common
   * @param jobs the jobs, at least one
   * @return what became of each, in the same order
   * @throws IllegalArgumentException if there is none, or if one of them is not valid, as {@link
   *     #insert(JobArgs, InsertOpts)} says; it names its position, counted from 0, and its kind
   * @throws DatabaseException if the database refuses one of them or can't be reached
   */
  public <T extends JobArgs> List<Inserted<T>> insertMany(
      List<? extends Insert<? extends T>> jobs) {
    List<NewJob> planned = plan(jobs);
    List<StoredJob> stored = database.callAtomically(db -> storeAll(db, planned));
    wake(queuesWithWork(stored));
    return inserted(jobs, stored);
  }

  /**
   * Inserts jobs as {@link #insertMany} does, in the caller's transaction.
   *
   * @param <T> what the classes of their arguments have in common
   * @param tx the caller's transaction
   * @param jobs the jobs, at least one
   * @return what became of each, in the same order
   * @throws IllegalArgumentException as {@link #insertMany} does
   * @throws DatabaseException as {@link #insertMany} does
   */
  public <T extends JobArgs> List<Inserted<T>> insertManyTx(
      DSLContext tx, List<? extends Insert<? extends T>> jobs) {
    List<NewJob> planned = plan(jobs);
    return inserted(jobs, database.callAtomicallyOn(tx, db -> storeAll(db, planned)));
  }

  /**
   * Inserts jobs as {@link #insertMany} does, in the transaction of a connection.
   *
   * @param <T> what the classes of their arguments have in common
   * @param tx the connection whose transaction it is
   * @param jobs the jobs, at least one
   * @return what became of each, in the same order
   * @throws IllegalArgumentException as {@link #insertMany} does
   * @throws DatabaseException as {@link #insertMany} does
   */
  public <T extends JobArgs> List<Inserted<T>> insertManyTx(
      Connection tx, List<? extends Insert<? extends T>> jobs) {
    List<NewJob> planned = plan(jobs);
    return inserted(jobs, database.callAtomicallyOn(tx, db -> storeAll(db, planned)));
  }

  /**
   * Inserts jobs with PostgreSQL's COPY, in a transaction of their own: all of them or none. The
   * fastest way for thousands to millions. The stream is taken from while the copy runs, so the
   * jobs need not all be in memory.
   *
   * @param jobs the jobs; it may be empty, and it is not closed
   * @return how many were inserted
   * @throws IllegalArgumentException if one of them is not valid, as {@link #insert(JobArgs,
   *     InsertOpts)} says; it names its position, counted from 0, and its kind
   * @throws UniqueConflictException if one of them is a duplicate, be it of another one
   * @throws DatabaseException if the database refuses one of them or can't be reached
   */
  public long insertManyFast(Stream<? extends Insert<?>> jobs) {
    checkOpen();
    JobCopies.Copied copied = database.callAtomically(db -> copy(db, jobs));
    wake(copied.queues());
    return copied.count();
  }

  /**
   * Inserts jobs as {@link #insertManyFast} does, in the caller's transaction. If it fails the
   * transaction can go on, with none of the jobs.
   *
   * @param tx the caller's transaction
   * @param jobs the jobs; the stream must not use the transaction's connection, which is busy
   *     meanwhile
   * @return how many are inserted if the transaction commits
   * @throws IllegalArgumentException as {@link #insertManyFast} does
   * @throws DatabaseException as {@link #insertManyFast} does
   */
  public long insertManyFastTx(DSLContext tx, Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return database.callAtomicallyOn(tx, db -> copy(db, jobs)).count();
  }

  /**
   * Inserts jobs as {@link #insertManyFast} does, in the transaction of a connection. If it fails
   * the transaction can go on, with none of the jobs.
   *
   * @param tx the connection whose transaction it is
   * @param jobs the jobs; the stream must not use the connection, which is busy meanwhile
   * @return how many are inserted if the transaction commits
   * @throws IllegalArgumentException as {@link #insertManyFast} does
   * @throws DatabaseException as {@link #insertManyFast} does
   */
  public long insertManyFastTx(Connection tx, Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return database.callAtomicallyOn(tx, db -> copy(db, jobs)).count();
  }

  /** Refuses work once the client is closed. */
  abstract void checkOpen();

  /** Tells this client's own producers that there is work. */
  abstract void wake(Collection<String> queues);

  /** Sends the notifications that are held back. */
  void stopInserting() {
    hints.stop();
  }

  private List<NewJob> plan(List<? extends Insert<?>> jobs) {
    checkOpen();
    if (jobs.isEmpty()) {
      throw new IllegalArgumentException("jobs must not be empty");
    }
    List<NewJob> planned = new ArrayList<>(jobs.size());
    new PlannedJobs(planner, jobs.iterator()).forEachRemaining(planned::add);
    return planned;
  }

  private StoredJob store(DSLContext db, NewJob job) {
    if (job.uniqueness().isPresent()) {
      return storeAll(db, List.of(job)).getFirst();
    }
    boolean announce = job.isDueAt(Instant.now()) && hints.announceNow(job.queue());
    return new StoredJob(inserts.insert(db, job, announce), false);
  }

  private List<StoredJob> storeAll(DSLContext db, List<NewJob> jobs) {
    List<StoredJob> stored = batches.insert(db, jobs);
    announce(db, queuesWithWork(stored));
    return stored;
  }

  private JobCopies.Copied copy(DSLContext db, Stream<? extends Insert<?>> jobs) {
    JobCopies.Copied copied = copies.copy(db, new PlannedJobs(planner, jobs.iterator()));
    announce(db, copied.queues());
    return copied;
  }

  private void announce(DSLContext db, Set<String> queues) {
    List<String> now = queues.stream().filter(hints::announceNow).toList();
    if (!now.isEmpty()) {
      notifications.announce(db, now);
    }
  }

  private static Set<String> queuesWithWork(List<StoredJob> stored) {
    Set<String> queues = new TreeSet<>();
    for (StoredJob job : stored) {
      if (!job.duplicate() && job.row().state() == JobState.AVAILABLE) {
        queues.add(job.row().queue());
      }
    }
    return queues;
  }

  private <T extends JobArgs> List<Inserted<T>> inserted(
      List<? extends Insert<? extends T>> jobs, List<StoredJob> stored) {
    List<Inserted<T>> inserted = new ArrayList<>(jobs.size());
    for (int i = 0; i < stored.size(); i++) {
      inserted.add(inserted(jobs.get(i).args(), stored.get(i)));
    }
    return List.copyOf(inserted);
  }

  private <T extends JobArgs> Inserted<T> inserted(T args, StoredJob stored) {
    T storedArgs = stored.duplicate() ? existing(args, stored) : args;
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
}
