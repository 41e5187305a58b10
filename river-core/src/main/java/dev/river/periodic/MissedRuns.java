package dev.river.periodic;

/**
 * What becomes of runs that were due while no client could insert them: all of them were stopped,
 * or the database was away.
 */
public sealed interface MissedRuns {

  /**
   * {@return to leave missed runs out} A run counts as missed when it is more than a minute late,
   * or the next one is due already.
   */
  static MissedRuns skip() {
    return new Skip();
  }

  /**
   * {@return to make up for all missed runs by one job, that of the last of them} Nothing is lost
   * by an outage, and nothing floods the queue after it.
   */
  static MissedRuns runOnce() {
    return new RunAll(1);
  }

  /**
   * {@return to insert a job for each missed run}
   *
   * @param max how many at most, 1 to 10,000; of more than these the last ones are inserted
   * @throws IllegalArgumentException if it is out of range
   */
  static MissedRuns runAll(int max) {
    return new RunAll(max);
  }

  /** To leave them out. */
  record Skip() implements MissedRuns {}

  /**
   * To insert jobs for the last of them.
   *
   * @param max how many at most, 1 to 10,000
   */
  record RunAll(int max) implements MissedRuns {
    private static final int MOST = 10_000;

    /** Checks the number. */
    public RunAll {
      if (max < 1 || max > MOST) {
        throw new IllegalArgumentException("max must be 1 to %s, got: %s".formatted(MOST, max));
      }
    }
  }
}
