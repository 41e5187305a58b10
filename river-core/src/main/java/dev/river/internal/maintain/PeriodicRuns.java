package dev.river.internal.maintain;

import dev.river.internal.store.PeriodicJobStore.Planned;
import dev.river.periodic.PeriodicJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The runs of a client's periodic jobs, with an id or without. Owned by one thread. */
final class PeriodicRuns {
  private final PeriodicJobSet jobs;
  private final StoredRuns storedRuns;
  private final LeaderRuns leaderRuns;

  PeriodicRuns(
      PeriodicEnqueuer.Surroundings around,
      PeriodicJobSet jobs,
      PeriodicInserter inserter,
      Retries retries) {
    this.jobs = jobs;
    this.storedRuns =
        new StoredRuns(
            around.clientId(), around.database(), inserter, around.wakeQueues(), retries);
    this.leaderRuns =
        new LeaderRuns(
            around.database(), inserter, around.leadership(), around.wakeQueues(), retries);
  }

  /**
   * Plans the runs of those that have none.
   *
   * @return the next runs of those with an id
   */
  Map<String, Planned> plan() {
    List<PeriodicJob> stored = jobs.stored();
    storedRuns.takeUp(stored);
    leaderRuns.plan(jobs.unstored());
    return storedRuns.planned(stored);
  }

  /**
   * Inserts the jobs of those that are due.
   *
   * @param planned the next runs of those with an id
   * @return how long to rest at most, until the next of them is due; zero if there may be more
   */
  Duration run(Map<String, Planned> planned, Duration longestRest) {
    return leaderRuns.run(jobs.unstored(), storedRuns.run(jobs.stored(), planned, longestRest));
  }

  /** {@return when the next of them is due, or was} */
  Optional<Instant> nextRunAt() {
    return Stream.concat(plan().values().stream().map(Planned::nextRunAt), leaderRuns.nextRuns())
        .min(Instant::compareTo);
  }
}
