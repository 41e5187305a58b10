package dev.river.bench.measure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How many jobs are committed and have not begun. */
final class Backlog {
  private static final int STEPS = 20;

  private final long[] commits;
  private final long[] starts;

  /**
   * Creates it.
   *
   * @param commits when jobs were committed
   * @param starts when jobs began; 0 for those that have not
   */
  Backlog(Commits commits, long[] starts) {
    this.commits = commits.sorted();
    this.starts = Arrays.stream(starts).filter(time -> time != 0).sorted().toArray();
  }

  /** {@return how many there were at a time} Some begin before their inserter knows the commit. */
  long at(long time) {
    return Math.max(0, before(commits, time) - before(starts, time));
  }

  /** {@return how many jobs a second it has grown by from one time to another} */
  double growth(long from, long to) {
    return (at(to) - at(from)) * 1e9 / (to - from);
  }

  /** {@return its size at equal distances} */
  List<Double> course(long from, long to) {
    return IntStream.rangeClosed(1, STEPS)
        .mapToObj(step -> (double) at(from + (to - from) / STEPS * step))
        .toList();
  }

  private static int before(long[] sorted, long time) {
    int index = Arrays.binarySearch(sorted, time);
    return index >= 0 ? index : -index - 1;
  }
}
