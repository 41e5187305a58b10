package dev.river.query;

import dev.river.job.JobState;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many jobs there are in each state and queue. Immutable. */
public final class JobCounts {
  private final Map<String, Map<JobState, JobCount>> byQueue;
  private final Set<JobState> exactStates;

  /**
   * Creates it.
   *
   * @param byQueue the counts that are known; what is missing is zero
   * @param exactStates the states whose jobs were counted
   */
  public JobCounts(Map<String, Map<JobState, JobCount>> byQueue, Set<JobState> exactStates) {
    this.exactStates = Set.copyOf(exactStates);
    Map<String, Map<JobState, JobCount>> complete = new TreeMap<>();
    byQueue.forEach((queue, counts) -> complete.put(queue, complete(counts)));
    this.byQueue = Collections.unmodifiableMap(complete);
  }

  /** {@return the counts of each queue that has jobs, by state; every state is there} */
  public Map<String, Map<JobState, JobCount>> byQueue() {
    return byQueue;
  }

  /** {@return the counts of all queues together, by state; every state is there} */
  public Map<JobState, JobCount> byState() {
    Map<JobState, JobCount> sums = new EnumMap<>(JobState.class);
    byQueue.values().forEach(counts -> counts.forEach((s, n) -> sums.merge(s, n, JobCount::plus)));
    return complete(sums);
  }

  /**
   * {@return how many jobs are in a state}
   *
   * @param state the state
   */
  public JobCount of(JobState state) {
    return byQueue.values().stream()
        .map(counts -> counts.getOrDefault(state, none(state)))
        .reduce(none(state), JobCount::plus);
  }

  /**
   * {@return how many jobs of a queue are in a state}
   *
   * @param queue the queue
   * @param state the state
   */
  public JobCount of(String queue, JobState state) {
    return byQueue.getOrDefault(queue, Map.of()).getOrDefault(state, none(state));
  }

  /** {@return the numbers of jobs by queue and state, without the states that have none} */
  @Override
  public String toString() {
    return byQueue.entrySet().stream()
        .map(counts -> counts.getKey() + "=" + some(counts.getValue()))
        .collect(Collectors.joining(", ", "JobCounts[", "]"));
  }

  private static Map<JobState, String> some(Map<JobState, JobCount> counts) {
    Map<JobState, String> some = new EnumMap<>(JobState.class);
    counts.forEach(
        (state, count) -> {
          if (count.jobs() > 0) {
            some.put(state, (count.exact() ? "" : "~") + count.jobs());
          }
        });
    return some;
  }

  private Map<JobState, JobCount> complete(Map<JobState, JobCount> known) {
    Map<JobState, JobCount> all = new EnumMap<>(JobState.class);
    for (JobState state : JobState.values()) {
      all.put(state, known.getOrDefault(state, none(state)));
    }
    return Collections.unmodifiableMap(all);
  }

  private JobCount none(JobState state) {
    return new JobCount(0, exactStates.contains(state));
  }
}
