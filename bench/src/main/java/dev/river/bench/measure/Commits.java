package dev.river.bench.measure;

import java.util.Arrays;

/** When the jobs of a load were committed. */
final class Commits {
  private final long first;
  private final long[] times;

  /**
   * Creates it.
   *
   * @param first the number of the first job
   * @param times when each was committed, by its number from the first on; 0 if it was not
   */
  Commits(long first, long[] times) {
    this.first = first;
    this.times = times;
  }

  /** {@return the times of those that were committed, the earliest first} */
  long[] sorted() {
    return Arrays.stream(times).filter(time -> time != 0).sorted().toArray();
  }

  /** {@return how many were committed} */
  long count() {
    return Arrays.stream(times).filter(time -> time != 0).count();
  }

  /**
   * {@return how long each waited}
   *
   * @param starts when jobs began, by their numbers from 0 on
   * @param end when nobody waited any more
   */
  Latencies latencies(long[] starts, long end) {
    Latencies latencies = new Latencies();
    int from = Math.toIntExact(first);
    latencies.addAll(times, Arrays.copyOfRange(starts, from, from + times.length), end);
    return latencies;
  }
}
