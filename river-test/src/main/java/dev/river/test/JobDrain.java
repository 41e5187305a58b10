package dev.river.test;

import dev.river.InlineWork;
import dev.river.RiverClient;
import dev.river.event.WorkedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Works the jobs that are due, in the calling thread and one after the other, until none is left:
 * those too that are inserted meanwhile, by workers or as jobs of the client's periodic jobs. The
 * client need not be started.
 *
 * <pre>{@code
 * TestClock clock = TestClock.running();
 * RiverClient client = RiverClient.builder(dataSource).clock(clock)
 *     .workers(workers).queue("default", 1).build();
 * JobDrain drain = JobDrain.of(client);
 *
 * service.placeOrder(7);
 * assertThat(drain.run().jobs()).hasSize(1);
 *
 * clock.advance(Duration.ofDays(1)); // the reminder is due, and so are failed jobs and periodic ones
 * assertThat(drain.run().jobs()).hasSize(1);
 * }</pre>
 *
 * <p>A job that fails is no error: it waits for its next attempt, as in production. {@link
 * #untilFailure} is for tests that expect no failure.
 *
 * <p>Immutable; as thread-safe as the workers are.
 */
public final class JobDrain {
  private static final int DEFAULT_BOUND = 10_000;

  private final RiverClient client;
  private final List<String> queues;
  private final int bound;
  private final boolean rethrows;

  private JobDrain(RiverClient client, List<String> queues, int bound, boolean rethrows) {
    this.client = client;
    this.queues = queues;
    this.bound = bound;
    this.rethrows = rethrows;
  }

  /**
   * {@return a drain of the queues that a client works} The client's periodic jobs are planned from
   * now on, as if it were started.
   *
   * @param client has the workers; its clock decides what is due
   */
  public static JobDrain of(RiverClient client) {
    client.inline().planPeriodicJobs();
    return new JobDrain(client, client.queues().worked(), DEFAULT_BOUND, false);
  }

  /**
   * {@return the same, but of other queues} The client need not work them.
   *
   * @param names the queues, at least one: jobs of the first come first
   * @throws IllegalArgumentException if there are none
   */
  public JobDrain queues(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("a drain needs at least one queue, got none");
    }
    return new JobDrain(client, List.of(names), bound, rethrows);
  }

  /**
   * {@return the same, but with another bound} Without one it is 10,000 jobs.
   *
   * @param jobs how many jobs are worked at most, at least 1
   * @throws IllegalArgumentException if it is less than 1
   */
  public JobDrain atMost(int jobs) {
    if (jobs < 1) {
      throw new IllegalArgumentException("the bound must be at least 1, got: " + jobs);
    }
    return new JobDrain(client, queues, jobs, rethrows);
  }

  /**
   * {@return the same, but what the first job throws that fails ends it, as the cause of an error}
   */
  public JobDrain untilFailure() {
    return new JobDrain(client, queues, bound, true);
  }

  /**
   * Works all jobs that are due.
   *
   * @return what became of them
   * @throws AssertionError with {@link #untilFailure}, if a job fails
   * @throws IllegalStateException if the client works no queues and none were named
   */
  public Drained run() {
    return run(() -> false);
  }

  /**
   * Works jobs that are due until a condition holds, which is looked at before each.
   *
   * @param condition the condition
   * @return what became of them
   * @throws AssertionError if it does not hold when nothing is due or the bound is reached; with
   *     {@link #untilFailure}, if a job fails
   * @throws IllegalStateException if the client works no queues and none were named
   */
  public Drained runUntil(BooleanSupplier condition) {
    Drained drained = run(condition);
    if (!condition.getAsBoolean()) {
      throw new AssertionError(
          "the condition did not hold after %s jobs: %s"
              .formatted(drained.jobs().size(), unmetBecause(drained)));
    }
    return drained;
  }

  /**
   * Lets time pass and works each job when it is due, as a client would that runs all the while.
   * The clock goes from one time to the next at which there is something to do.
   *
   * @param clock the client's clock
   * @param end where the clock is in the end
   * @return what became of the jobs
   * @throws AssertionError if the bound is reached before that; with {@link #untilFailure}, if a
   *     job fails
   * @throws IllegalArgumentException if the end lies in the clock's past
   * @throws IllegalStateException if the client works no queues and none were named
   */
  public Drained runUntil(TestClock clock, Instant end) {
    List<WorkedJob> all = new ArrayList<>();
    boolean atEnd = false;
    while (true) {
      Drained some = new JobDrain(client, queues, bound - all.size(), rethrows).run();
      all.addAll(some.jobs());
      if (!some.isComplete()) {
        throw new AssertionError(
            "the bound of %s jobs was reached at %s, before %s"
                .formatted(bound, clock.instant(), end));
      }
      if (atEnd) {
        return new Drained(all, true);
      }
      Optional<Instant> next = nextDueAt().filter(at -> at.isBefore(end));
      atEnd = next.isEmpty();
      forward(clock, next.orElse(end));
    }
  }

  /**
   * Does what {@link #runUntil(TestClock, Instant)} does.
   *
   * @param clock the client's clock
   * @param time how much time passes, not negative
   * @return what became of the jobs
   * @throws AssertionError as {@link #runUntil(TestClock, Instant)} does
   */
  public Drained runFor(TestClock clock, Duration time) {
    return runUntil(clock, clock.instant().plus(time));
  }

  /** What is due was seen with a clock that may have run on meanwhile. */
  private static void forward(TestClock clock, Instant time) {
    Duration left = Duration.between(clock.instant(), time);
    if (left.isPositive()) {
      clock.advance(left);
    }
  }

  private Drained run(BooleanSupplier ended) {
    InlineWork work = client.inline();
    List<WorkedJob> worked = new ArrayList<>();
    while (worked.size() < bound && !ended.getAsBoolean()) {
      work.runPeriodicJobs();
      work.schedule();
      Optional<WorkedJob> next = work.workNext(checkedQueues());
      if (next.isEmpty()) {
        return new Drained(worked, true);
      }
      worked.add(next.get());
      checkFailure(next.get());
    }
    return new Drained(worked, false);
  }

  private void checkFailure(WorkedJob worked) {
    if (rethrows && worked.failure().isPresent()) {
      throw new AssertionError(
          "job %s of kind \"%s\" failed: %s"
              .formatted(worked.job().id(), worked.job().kind(), worked.failure().get()),
          worked.failure().get());
    }
  }

  private String unmetBecause(Drained drained) {
    return drained.isComplete()
        ? nextDueAt()
            .map(at -> "no job is due in %s, and none will be before %s".formatted(queues, at))
            .orElse("no job is due in %s, and none waits for a time".formatted(queues))
        : "the bound is %s".formatted(bound);
  }

  private Optional<Instant> nextDueAt() {
    return client.inline().nextDueAt(checkedQueues());
  }

  private List<String> checkedQueues() {
    if (queues.isEmpty()) {
      throw new IllegalStateException(
          "the client works no queues: name what is to be drained with queues(...)");
    }
    return queues;
  }
}
