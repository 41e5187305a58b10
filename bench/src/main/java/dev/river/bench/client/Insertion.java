package dev.river.bench.client;

import java.time.Duration;

/**
 * Jobs to insert as fast as possible.
 *
 * @param way how
 * @param first the number of the first job
 * @param count how many
 * @param threads how many threads share them
 * @param limit after how long no further call is begun
 */
public record Insertion(Way way, long first, int count, int threads, Duration limit) {
  /** How many jobs are inserted by one call, where it takes many. */
  public static final int BATCH = 1_000;

  /** How jobs are inserted. */
  public enum Way {
    /** One job a call, and a transaction. */
    SINGLE,
    /** {@link #BATCH} jobs a call. */
    BATCH,
    /** All with one COPY. */
    COPY
  }
}
