package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One job at a time, with pauses.
 *
 * @param inserter inserts them
 * @param worker works them
 * @param limit after how long no other is inserted
 */
record OneByOne(JobClient inserter, JobClient worker, Duration limit) {
  private static final Duration PATIENCE = Duration.ofSeconds(7);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(80);

  /**
   * {@return how long they waited; empty if one did not begin}
   *
   * @param first the number of the first
   * @param most how many at most
   */
  Optional<Latencies> run(long first, int most) {
    Latencies latencies = new Latencies();
    long deadline = System.nanoTime() + limit.toNanos();
    for (long number = first; number < first + most; number++) {
      Optional<Duration> wait = waitOf(number);
      if (wait.isEmpty()) {
        return Optional.empty();
      }
      latencies.add(wait.get());
      if (System.nanoTime() - deadline >= 0) {
        break;
      }
      pause(wait.get());
    }
    return Optional.of(latencies);
  }

  private Optional<Duration> waitOf(long number) {
    long committed =
        inserter.insert(new Insertion(Insertion.Way.SINGLE, number, 1, 1, PATIENCE)).endedAt();
    Waiting.until(() -> worker.startedAt(number).isPresent(), PATIENCE);
    OptionalLong began = worker.startedAt(number);
    return began.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(began.getAsLong() - committed));
  }

  /** Long enough after a long wait that what polls is not met at the same moment every time. */
  private static void pause(Duration wait) {
    long longest = Math.max(LONGEST_PAUSE.toNanos(), wait.toNanos());
    long nanos = ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE.toNanos(), longest);
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
