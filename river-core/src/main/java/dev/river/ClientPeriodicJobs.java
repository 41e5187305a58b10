package dev.river;

import dev.river.error.PeriodicJobNotFoundException;
import dev.river.internal.maintain.PeriodicJobSet;
import dev.river.internal.store.Scope;
import dev.river.periodic.PeriodicJob;
import dev.river.query.PeriodicJobRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The periodic jobs of a database, and which of them a client has. What is added or removed may be
 * so whether the client runs or not, and holds until it is changed, over any number of stops and
 * starts. Thread-safe.
 */
public final class ClientPeriodicJobs extends PeriodicJobs {
  private static final int MOST_RUNS = 10_000;

  private final PeriodicJobSet jobs;

  ClientPeriodicJobs(
      Scope scope, ClientPeriodic periodic, Consumer<Collection<String>> wakeQueues) {
    super(scope, periodic, wakeQueues);
    this.jobs = periodic.jobs();
  }

  /**
   * Adds a periodic job to those that the client has. If the client runs, it takes the job up at
   * once.
   *
   * @param job the job
   * @throws IllegalArgumentException if its id is not valid or the client has one of that id, or if
   *     it has none although the client never leads ({@code pollOnly})
   * @throws IllegalStateException if the client was built without queues, and so only inserts
   */
  public void add(PeriodicJob job) {
    jobs.add(Objects.requireNonNull(job, "job"));
  }

  /**
   * Removes a periodic job from the database and from those that this client has. Other clients
   * that have it go on without it, and make it anew when they are started the next time.
   *
   * @param id its id
   * @throws PeriodicJobNotFoundException if neither has it
   */
  @Override
  public void remove(String id) {
    Objects.requireNonNull(id, "id");
    boolean had = jobs.remove(id); // first, so that it does not make the row again
    check(id, delete(id) || had);
  }

  /**
   * Removes a periodic job from those that this client has. If it has an id, it stays in the
   * database, and other clients that have it go on with it.
   *
   * @param job the very object that was added
   * @return whether the client had it
   */
  public boolean remove(PeriodicJob job) {
    return jobs.remove(Objects.requireNonNull(job, "job"));
  }

  /**
   * {@return the next runs of a periodic job that this client has, in their order; fewer if its
   * schedule has no more} A pause is not looked at.
   *
   * @param id its id
   * @param count how many, 1 to 10,000
   * @throws PeriodicJobNotFoundException if this client does not have it, or it is not in the
   *     database
   * @throws IllegalArgumentException if the count is out of range
   */
  public List<Instant> nextRuns(String id, int count) {
    PeriodicJob job = ofClient(id);
    if (count < 1 || count > MOST_RUNS) {
      throw new IllegalArgumentException(
          "count must be 1 to %s, got: %s".formatted(MOST_RUNS, count));
    }
    Optional<PeriodicJobRow> row = get(id);
    check(id, row.isPresent());
    List<Instant> runs = new ArrayList<>();
    Optional<Instant> next = row.flatMap(PeriodicJobRow::nextRunAt);
    while (next.isPresent() && runs.size() < count) {
      runs.add(next.get());
      next = job.schedule().next(next.get());
    }
    return List.copyOf(runs);
  }
}
