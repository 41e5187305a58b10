package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TestClockTest {
  private static final Instant TIME = Instant.parse("2030-01-02T03:04:05Z");

  @Test
  void standsStillUntilItIsAdvanced() {
    TestClock clock = TestClock.standingAt(TIME);

    assertThat(clock.instant()).isEqualTo(TIME).isEqualTo(clock.instant());
    clock.advance(Duration.ofDays(1));
    assertThat(clock.instant()).isEqualTo(TIME.plus(Duration.ofDays(1)));
    clock.advanceTo(TIME.plus(Duration.ofDays(2)));
    assertThat(clock.instant()).isEqualTo(TIME.plus(Duration.ofDays(2)));
    assertThat(clock).hasToString("TestClock at 2030-01-04T03:04:05Z");
  }

  @Test
  void runsAheadOfTheSystemByAsMuchAsItWasAdvanced() {
    TestClock clock = TestClock.running();

    Instant before = Instant.now();
    clock.advance(Duration.ofHours(3));
    Instant told = clock.instant();

    assertThat(told).isBetween(before.plusSeconds(10_800), Instant.now().plusSeconds(10_800));
  }

  @Test
  void canBeStopped() {
    TestClock clock = TestClock.running();

    clock.stop();

    assertThat(clock.instant()).isEqualTo(clock.instant());
  }

  @Test
  void doesNotGoBack() {
    TestClock clock = TestClock.standingAt(TIME);

    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a clock can't be advanced by a negative time, got: PT-0.001S");
    assertThatThrownBy(() -> clock.advanceTo(TIME.minusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a clock can't be set back from 2030-01-02T03:04:05Z, got: 2030-01-02T03:04:04.999999999Z");
    assertThat(clock.instant()).isEqualTo(TIME);
  }
}
