package dev.river.internal.maintain;

import dev.river.periodic.PeriodicJob;
import dev.river.work.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a client looks after its fleet.
 *
 * @param advisoryLockPrefix the first key of its advisory locks
 * @param rescueStuckJobsAfter how long a job of a client without heartbeats may run
 * @param maxRescues with how many rescues a job is given up
 * @param retention how long jobs are kept that have ended, where their queue doesn't say
 * @param reindex how it rebuilds indexes
 * @param longTransaction how long a transaction may hold vacuum back before it is told of
 * @param periodicJobs the periodic jobs that it has at first
 */
public record UpkeepSettings(
    int advisoryLockPrefix,
    Duration rescueStuckJobsAfter,
    int maxRescues,
    Retention retention,
    ReindexSettings reindex,
    Duration longTransaction,
    List<PeriodicJob> periodicJobs) {

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** {@return what is wrong with it, a sentence each} */
  public List<String> problems() {
    List<String> problems = new ArrayList<>(reindex.problems());
    if (rescueStuckJobsAfter.compareTo(SHORTEST) < 0) {
      problems.add("rescueStuckJobsAfter must be at least 1 s, got: " + rescueStuckJobsAfter);
    }
    if (maxRescues < 1) {
      problems.add("maxRescues must be at least 1, got: " + maxRescues);
    }
    if (!ReindexSettings.isLimit(longTransaction)) {
      problems.add("longTransactionThreshold must be 1 s to 1 day, got: " + longTransaction);
    }
    return problems;
  }
}
