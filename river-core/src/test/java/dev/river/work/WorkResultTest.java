package dev.river.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkResultTest {
  private static final Duration YEARS_290 = Duration.ofDays(290 * 365L);

  @ParameterizedTest
  @MethodSource
  void snoozesFor(Duration delay) {
    assertThat(WorkResult.snooze(delay)).isEqualTo(new WorkResult.Snoozed(delay));
  }

  static Stream<Duration> snoozesFor() {
    return Stream.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofHours(1), YEARS_290);
  }

  @ParameterizedTest
  @MethodSource
  void refusesToSnoozeFor(Duration delay) {
    assertThatThrownBy(() -> WorkResult.snooze(delay))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("delay must be 0 to 290 years, got: %s", delay);
  }

  static Stream<Duration> refusesToSnoozeFor() {
    return Stream.of(
        Duration.ofNanos(-1),
        YEARS_290.plusNanos(1),
        Duration.ofSeconds(Long.MIN_VALUE),
        Duration.ofSeconds(Long.MAX_VALUE));
  }

  @Test
  void completesAndCancels() {
    assertThat(WorkResult.completed()).isEqualTo(new WorkResult.Completed());
    assertThat(WorkResult.cancel("no such customer"))
        .isEqualTo(new WorkResult.Cancelled("no such customer"));
  }
}
