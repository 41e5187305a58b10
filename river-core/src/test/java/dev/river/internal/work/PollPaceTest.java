package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PollPaceTest {

  @ParameterizedTest
  @MethodSource("intervals")
  void restsForItsIntervalAndUpToATenthMore(Duration interval) {
    PollPace pace = new PollPace(interval);

    for (int i = 0; i < 100; i++) {
      assertThat(pace.rest()).isBetween(interval, interval.multipliedBy(11).dividedBy(10));
    }
  }

  static Stream<Duration> intervals() {
    return Stream.of(
        Duration.ofNanos(1), Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofDays(365));
  }

  @Test
  void restsBrieflyAfterActivityAndThenTwiceAsLongEachTime() {
    PollPace pace = new PollPace(Duration.ofMillis(100));
    pace.active();

    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(10));
    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(20));
    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(40));
    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(80));
    assertThat(pace.rest()).isBetween(Duration.ofMillis(100), Duration.ofMillis(110));
    assertThat(pace.rest()).isBetween(Duration.ofMillis(100), Duration.ofMillis(110));
  }

  @Test
  void beginsAnewWithEachActivity() {
    PollPace pace = new PollPace(Duration.ofMillis(100));
    pace.active();
    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(10));
    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(20));

    pace.active();

    assertThat(pace.rest()).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void neverRestsLongerThanAShortIntervalAfterActivity() {
    Duration interval = Duration.ofMillis(2);
    PollPace pace = new PollPace(interval);
    pace.active();

    assertThat(pace.rest()).isBetween(interval, Duration.ofNanos(2_200_000));
  }

  @Test
  void bearsTheLongestInterval() {
    Duration interval = ChronoUnit.FOREVER.getDuration().minusSeconds(2L * Integer.MAX_VALUE);

    assertThat(new PollPace(interval).rest()).isGreaterThanOrEqualTo(interval);
  }
}
