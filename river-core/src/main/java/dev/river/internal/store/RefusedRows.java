package dev.river.internal.store;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Rows that the database refuses to change: they are passed over for a while, so that they don't
 * keep others from being changed, and logged once. Belongs to one thread.
 */
public final class RefusedRows {
  private static final Duration PASSED_OVER_FOR = Duration.ofMinutes(1);

  /** So that a trigger that refuses everything uses up neither memory nor the log. */
  private static final int MOST = 10_000;

  private static final int MOST_LOGGED = 100;

  private final Logger log;
  private final String what;
  private final Map<Long, Long> until = new LinkedHashMap<>(); // by id, in the JVM's nanoseconds
  private final Set<Long> logged = new HashSet<>();

  /**
   * Creates it without rows.
   *
   * @param log where each is logged once
   * @param what what can't be done with them, to go on after "job 1 "
   */
  public RefusedRows(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  /**
   * Takes up a job.
   *
   * @param id the job
   * @param failure why
   */
  public void add(long id, Throwable failure) {
    until.put(id, System.nanoTime() + PASSED_OVER_FOR.toNanos());
    if (until.size() > MOST) {
      until.remove(until.keySet().iterator().next());
    }
    if (logged.size() < MOST_LOGGED && logged.add(id)) {
      log.error(
          "job {} {} ({}); it is passed over and tried again each minute{}",
          id,
          what,
          RowFaults.reason(failure),
          logged.size() == MOST_LOGGED ? "; further ones are not logged" : "");
    }
  }

  /** {@return the jobs to pass over now} */
  public List<Long> ids() {
    if (!until.isEmpty()) {
      long now = System.nanoTime();
      until.values().removeIf(end -> end - now <= 0);
    }
    return List.copyOf(until.keySet());
  }
}
