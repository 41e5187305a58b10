package dev.river;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.insert.PlannedJob;
import dev.river.internal.store.Database;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.StoredJob;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.work.JobInserter;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** What a client does for those who insert. */
abstract sealed class InsertingClient implements JobInserter permits RiverClient, InsertsOfJobs {
  private final Database database;
  private final JobInsertion insertion;

  InsertingClient(
      ClientSettings settings, Database database, JsonCodec codec, Notifications notifications) {
    this.database = database;
    this.insertion = new JobInsertion(settings, database, codec, notifications);
  }

  /** Creates one that inserts as another one does. */
  InsertingClient(InsertingClient other) {
    this.database = other.database;
    this.insertion = other.insertion;
  }

  @Override
  public <T extends JobArgs> Inserted<T> insert(T args) {
    return insert(args, InsertOpts.defaults());
  }

  @Override
  public <T extends JobArgs> Inserted<T> insert(T args, InsertOpts opts) {
    checkOpen();
    PlannedJob job = insertion.plan(args, opts);
    StoredJob stored =
        insertion.isOneStatement(job)
            ? database.call(db -> insertion.store(db, job), this::wakeFor)
            : database.atomically().call(db -> insertion.store(db, job), this::wakeFor);
    return insertion.inserted(args, job, stored);
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    PlannedJob job = insertion.plan(args, opts);
    boolean extended = insertion.isExtended(List.of(job));
    return insertion.inserted(args, job, join(tx, extended, db -> insertion.store(db, job)));
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    PlannedJob job = insertion.plan(args, opts);
    boolean extended = insertion.isExtended(List.of(job));
    return insertion.inserted(args, job, join(tx, extended, db -> insertion.store(db, job)));
  }

  @Override
  public <T extends JobArgs> List<Inserted<T>> insertMany(
      List<? extends Insert<? extends T>> jobs) {
    checkOpen();
    List<PlannedJob> planned = insertion.plan(jobs);
    List<StoredJob> stored =
        database.atomically().call(db -> insertion.storeAll(db, planned), this::wakeFor);
    return insertion.inserted(jobs, planned, stored);
  }

  @Override
  public <T extends JobArgs> List<Inserted<T>> insertManyTx(
      DSLContext tx, List<? extends Insert<? extends T>> jobs) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    List<PlannedJob> planned = insertion.plan(jobs);
    boolean extended = insertion.isExtended(planned);
    return insertion.inserted(
        jobs, planned, join(tx, extended, db -> insertion.storeAll(db, planned)));
  }

  @Override
  public <T extends JobArgs> List<Inserted<T>> insertManyTx(
      Connection tx, List<? extends Insert<? extends T>> jobs) {
    checkOpen();
    List<PlannedJob> planned = insertion.plan(jobs);
    boolean extended = insertion.isExtended(planned);
    return insertion.inserted(
        jobs, planned, join(tx, extended, db -> insertion.storeAll(db, planned)));
  }

  @Override
  public long insertManyFast(Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return database
        .atomically()
        .call(db -> insertion.copy(db, jobs), copied -> wake(copied.queues()))
        .count();
  }

  @Override
  public long insertManyFastTx(DSLContext tx, Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return join(tx, insertion.isCopyExtended(), db -> insertion.copy(db, jobs)).count();
  }

  @Override
  public long insertManyFastTx(Connection tx, Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return join(tx, insertion.isCopyExtended(), db -> insertion.copy(db, jobs)).count();
  }

  /** Extensions may fail when everything is inserted, so what they lie around must be undoable. */
  private <R> R join(DSLContext tx, boolean extended, Function<DSLContext, R> work) {
    return extended ? database.callUndoablyOn(tx, work) : database.in(tx).call(work);
  }

  private <R> R join(Connection tx, boolean extended, Function<DSLContext, R> work) {
    return extended ? database.callUndoablyOn(tx, work) : database.in(tx).call(work);
  }

  private void wakeFor(StoredJob stored) {
    wakeFor(List.of(stored));
  }

  private void wakeFor(List<StoredJob> stored) {
    wake(StoredJob.queuesWithWork(stored));
  }

  /** Inserts a job of a periodic job, in the transaction of its run. */
  StoredJob insertPeriodic(DSLContext tx, Insert<?> insert, Instant runAt, Optional<String> id) {
    return insertion.storePeriodic(tx, insert, runAt, id);
  }

  /** Inserts a job that is not unique, whatever its options say, and that nobody claims. */
  StoredJob insertAside(JobArgs args, InsertOpts opts) {
    checkOpen();
    PlannedJob planned = insertion.plan(args, opts);
    var aside = new PlannedJob(planned.row().aside(), planned.params(), planned.rewritten());
    return database.callAtomically(db -> insertion.store(db, aside));
  }

  /** Refuses work once the client is closed. */
  abstract void checkOpen();

  /** Tells this client's own producers that there is work. */
  abstract void wake(Collection<String> queues);

  /** Sends the notifications that are held back. */
  void stopInserting() {
    insertion.stop();
  }
}
