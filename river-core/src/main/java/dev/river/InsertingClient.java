package dev.river;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobCopies;
import dev.river.internal.store.NewJob;
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
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** What a client does for those who insert. */
abstract sealed class InsertingClient implements JobInserter permits RiverClient {
  private final Database database;
  private final JobInsertion insertion;

  InsertingClient(
      ClientSettings settings, Database database, JsonCodec codec, Notifications notifications) {
    this.database = database;
    this.insertion = new JobInsertion(settings, database, codec, notifications);
  }

  @Override
  public <T extends JobArgs> Inserted<T> insert(T args) {
    return insert(args, InsertOpts.defaults());
  }

  @Override
  public <T extends JobArgs> Inserted<T> insert(T args, InsertOpts opts) {
    checkOpen();
    NewJob job = insertion.plan(args, opts);
    StoredJob stored =
        job.uniqueness().isEmpty()
            ? database.call(db -> insertion.store(db, job)) // a single statement
            : database.callAtomically(db -> insertion.store(db, job));
    wake(JobInsertion.queuesWithWork(List.of(stored)));
    return insertion.inserted(args, stored);
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    NewJob job = insertion.plan(args, opts);
    return insertion.inserted(args, database.callAtomicallyOn(tx, db -> insertion.store(db, job)));
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  @Override
  public <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    NewJob job = insertion.plan(args, opts);
    return insertion.inserted(args, database.callAtomicallyOn(tx, db -> insertion.store(db, job)));
  }

  @Override
  public <T extends JobArgs> List<Inserted<T>> insertMany(
      List<? extends Insert<? extends T>> jobs) {
    checkOpen();
    List<NewJob> planned = insertion.plan(jobs);
    List<StoredJob> stored = database.callAtomically(db -> insertion.storeAll(db, planned));
    wake(JobInsertion.queuesWithWork(stored));
    return insertion.inserted(jobs, stored);
  }

  @Override
  public <T extends JobArgs> List<Inserted<T>> insertManyTx(
      DSLContext tx, List<? extends Insert<? extends T>> jobs) {
    checkOpen();
    List<NewJob> planned = insertion.plan(jobs);
    return insertion.inserted(
        jobs, database.callAtomicallyOn(tx, db -> insertion.storeAll(db, planned)));
  }

  @Override
  public <T extends JobArgs> List<Inserted<T>> insertManyTx(
      Connection tx, List<? extends Insert<? extends T>> jobs) {
    checkOpen();
    List<NewJob> planned = insertion.plan(jobs);
    return insertion.inserted(
        jobs, database.callAtomicallyOn(tx, db -> insertion.storeAll(db, planned)));
  }

  @Override
  public long insertManyFast(Stream<? extends Insert<?>> jobs) {
    checkOpen();
    JobCopies.Copied copied = database.callAtomically(db -> insertion.copy(db, jobs));
    wake(copied.queues());
    return copied.count();
  }

  @Override
  public long insertManyFastTx(DSLContext tx, Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return database.callAtomicallyOn(tx, db -> insertion.copy(db, jobs)).count();
  }

  @Override
  public long insertManyFastTx(Connection tx, Stream<? extends Insert<?>> jobs) {
    checkOpen();
    return database.callAtomicallyOn(tx, db -> insertion.copy(db, jobs)).count();
  }

  /** Inserts a job of a periodic job, in the transaction of its run. */
  StoredJob insertPeriodic(DSLContext tx, Insert<?> insert, Instant runAt, Optional<String> id) {
    return insertion.storePeriodic(tx, insert, runAt, id);
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
