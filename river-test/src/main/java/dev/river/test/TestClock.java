package dev.river.test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The time of a test, which passes when the test says so. It is given to a client by {@link
 * dev.river.RiverClientBuilder#clock}.
 *
 * <pre>{@code
 * TestClock clock = TestClock.running();
 * var client = RiverClient.builder(dataSource).clock(clock).workers(workers).queue("default", 1).build();
 * client.insert(new ReminderArgs(7), InsertOpts.builder().scheduledAt(tomorrow).build());
 *
 * clock.advance(Duration.ofDays(1));
 * JobDrain.of(client).run(); // works the reminder
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class TestClock implements InstantSource {
  private final AtomicReference<InstantSource> source;

  private TestClock(InstantSource source) {
    this.source = new AtomicReference<>(source);
  }

  /**
   * {@return a clock that runs as the system's does, and is ahead of it by as much as it was
   * advanced} With it, jobs that others insert are due as soon as they are in the database.
   */
  public static TestClock running() {
    return new TestClock(InstantSource.system());
  }

  /**
   * {@return a clock that stands still} Jobs that others insert by a later time are not due, not
   * even those that they want worked at once.
   *
   * @param present the time it tells
   */
  public static TestClock standingAt(Instant present) {
    return new TestClock(InstantSource.fixed(Objects.requireNonNull(present, "present")));
  }

  @Override
  public Instant instant() {
    return source.get().instant();
  }

  /**
   * Lets time pass.
   *
   * @param time how much of it, not negative
   * @throws IllegalArgumentException if it is negative
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(
          "a clock can't be advanced by a negative time, got: " + time);
    }
    replace(present -> later(present, time));
  }

  /**
   * Lets time pass until an instant; a clock that runs goes on from there.
   *
   * @param instant the new present, not before the old one
   * @throws IllegalArgumentException if it lies in the past
   */
  public void advanceTo(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    replace(
        present -> {
          Instant now = present.instant();
          if (instant.isBefore(now)) {
            throw new IllegalArgumentException(
                "a clock can't be set back from %s, got: %s".formatted(now, instant));
          }
          return later(present, Duration.between(now, instant));
        });
  }

  /** Lets the clock stand still at the present until it is advanced. */
  public void stop() {
    replace(present -> InstantSource.fixed(present.instant()));
  }

  private static InstantSource later(InstantSource present, Duration time) {
    return () -> present.instant().plus(time);
  }

  private void replace(UnaryOperator<InstantSource> change) {
    source.updateAndGet(change);
  }

  @Override
  public String toString() {
    return "TestClock at " + instant();
  }
}
