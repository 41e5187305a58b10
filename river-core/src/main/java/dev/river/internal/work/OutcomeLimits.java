package dev.river.internal.work;

import java.util.List;

/**
 * How many outcomes one statement stores: so many, and of so many bytes, as are stored in time and
 * fit into memory. Half as much after each time that it was too much, and twice as much again after
 * some that were not. Of one thread.
 */
final class OutcomeLimits {
  static final int LARGEST_COUNT = 1_000;

  /** A server stores that within a fraction of the time for which it may be silent. */
  static final long LARGEST_BYTES = 8L << 20;

  private static final int GOOD_STATEMENTS = 10;

  private int share = 1; // of the largest, which it is divided by
  private int good; // statements in a row

  /**
   * {@return the first of some outcomes that one statement stores; one at least if there is one}
   *
   * @param outcomes the outcomes
   * @param returnsRows whether the statement returns the jobs' rows
   */
  List<EndedAttempt> first(List<EndedAttempt> outcomes, boolean returnsRows) {
    int count = Math.max(1, LARGEST_COUNT / share);
    long bytes = LARGEST_BYTES / share;
    int end = 0;
    while (end < outcomes.size() && end < count) {
      EndedAttempt next = outcomes.get(end);
      bytes -= returnsRows ? next.bytes() + next.bytesOfRow() : next.bytes();
      if (bytes < 0 && end > 0) {
        break;
      }
      end++;
    }
    return List.copyOf(outcomes.subList(0, end));
  }

  void tooMuch() {
    share = Math.min(2 * share, LARGEST_COUNT);
    good = 0;
  }

  void stored() {
    if (share > 1 && ++good == GOOD_STATEMENTS) {
      share /= 2;
      good = 0;
    }
  }
}
