package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.PeriodicJobNotFoundException;
import dev.river.error.RiverException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.internal.store.PeriodicJobStore;
import dev.river.internal.store.Scope;
import dev.river.internal.store.StoredJob;
import dev.river.job.JobRow;
import dev.river.periodic.PeriodicJob;
import dev.river.query.PeriodicJobRow;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The periodic jobs of a database that have an id: looks them up, pauses and resumes them for all
 * clients, runs them. Each operation runs in a transaction of its own, or in that of the caller,
 * depending on where this object is from; it takes effect when that commits. To change one in the
 * transaction of a caller who has none throws an {@link IllegalStateException}; to read needs none.
 * Thread-safe.
 *
 * <p>A periodic job is in the database since the first client that has it was started. Any of the
 * operations throws a {@link DatabaseException} if the database refuses it or can't be reached, and
 * a {@link SchemaNotMigratedException} if the tables are missing that {@code river-db} makes.
 */
public sealed class PeriodicJobs permits ClientPeriodicJobs {
  private static final String DATABASE = "the database";

  private final Scope scope;
  private final ClientPeriodic periodic;
  private final PeriodicJobStore store;
  private final Consumer<Collection<String>> wakeQueues;

  /**
   * Creates it.
   *
   * @param scope where statements run
   * @param periodic those that the client has
   * @param wakeQueues told which queues have work
   */
  PeriodicJobs(Scope scope, ClientPeriodic periodic, Consumer<Collection<String>> wakeQueues) {
    this.scope = scope;
    this.periodic = periodic;
    this.store = periodic.store();
    this.wakeQueues = wakeQueues;
  }

  /**
   * {@return a periodic job; empty if there is none}
   *
   * @param id its id
   */
  public Optional<PeriodicJobRow> get(String id) {
    Objects.requireNonNull(id, "id");
    return scope.read(db -> store.get(db, id));
  }

  /**
   * {@return the first periodic jobs, in the database's order of their ids} Among them may be some
   * that no client has any more; they are not due for anybody.
   *
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if the limit is out of its range
   */
  public List<PeriodicJobRow> list(int limit) {
    ListLimit.check(limit);
    return scope.read(db -> store.list(db, Optional.empty(), limit));
  }

  /**
   * {@return the periodic jobs that follow an id, in the database's order of their ids}
   *
   * @param id the id of the last one of the list before, which need not exist any more
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if the limit is out of its range
   */
  public List<PeriodicJobRow> listAfter(String id, int limit) {
    Objects.requireNonNull(id, "id");
    ListLimit.check(limit);
    return scope.read(db -> store.list(db, Optional.of(id), limit));
  }

  /**
   * Pauses a periodic job: no client inserts a job of it until it is resumed. Those that are
   * inserted already are worked. Does nothing if it is paused already.
   *
   * @param id its id
   * @throws PeriodicJobNotFoundException if there is no such periodic job
   */
  public void pause(String id) {
    Objects.requireNonNull(id, "id");
    check(id, scope.<Boolean>call(db -> store.pause(db, id)));
  }

  /**
   * Lets a periodic job go on with the next run that is due from now on. Those that were due while
   * it was paused are not made up for. Does nothing if it is not paused.
   *
   * @param id its id
   * @throws PeriodicJobNotFoundException if there is no such periodic job
   */
  public void resume(String id) {
    Objects.requireNonNull(id, "id");
    check(id, scope.<Boolean>call(db -> store.resume(db, id)));
  }

  /**
   * Inserts a job of a periodic job that this client has, now and beside its schedule: whether it
   * is paused or not, and whether its last job has ended or not. If the periodic job is not in the
   * database yet, that takes it up.
   *
   * @param id its id
   * @return the job, or the existing one if it is a duplicate; empty if its constructor makes none
   *     this time
   * @throws PeriodicJobNotFoundException if this client does not have it
   * @throws RiverException if its constructor fails
   * @throws IllegalArgumentException if the job is not valid
   */
  public Optional<JobRow> runNow(String id) {
    PeriodicJob job = ofClient(id);
    Optional<StoredJob> stored =
        scope.call(
            db -> periodic.inserter().runNow(db, job),
            made ->
                made.ifPresent(one -> wakeQueues.accept(StoredJob.queuesWithWork(List.of(one)))));
    return stored.map(StoredJob::row);
  }

  /**
   * Removes a periodic job from the database. A client that has it goes on without it, and makes it
   * anew when it is started the next time; so remove it from the program too.
   *
   * @param id its id
   * @throws PeriodicJobNotFoundException if there is no such periodic job
   */
  public void remove(String id) {
    Objects.requireNonNull(id, "id");
    check(id, delete(id));
  }

  boolean delete(String id) {
    return scope.<Boolean>call(db -> store.delete(db, id));
  }

  static void check(String id, boolean found) {
    if (!found) {
      throw new PeriodicJobNotFoundException(DATABASE, id);
    }
  }

  PeriodicJob ofClient(String id) {
    Objects.requireNonNull(id, "id");
    return periodic
        .jobs()
        .get(id)
        .orElseThrow(() -> new PeriodicJobNotFoundException("this client", id));
  }
}
