package dev.river.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.river.job.JobRow;
import dev.river.job.JobRowBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExponentialRetryPolicyTest {
  private static final double ALMOST_ONE = Math.nextDown(1.0);

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 16", "2, 81", "3, 256", "4, 625", "9, 10000", "24, 390625"})
  void waitsForTheFourthPowerOfTheFailures(int failuresBefore, long seconds) {
    assertThat(delay(0.5, failuresBefore)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "3, 256", "24, 390625"})
  void spreadsByATenthToBothSides(int failuresBefore, long seconds) {
    long nanos = Duration.ofSeconds(seconds).toNanos();

    assertThat(delay(0, failuresBefore).toNanos()).isCloseTo(nanos * 9 / 10, within(1_000L));
    assertThat(delay(ALMOST_ONE, failuresBefore).toNanos())
        .isCloseTo(nanos * 11 / 10, within(1_000L));
  }

  @Test
  void countsFailuresAndNotAttempts() {
    JobRow snoozedOften = new JobRowBuilder().attempt(20, 25).failures(1).build();

    assertThat(new ExponentialRetryPolicy(() -> 0.5).delay(snoozedOften))
        .isEqualTo(Duration.ofSeconds(16));
  }

  @Test
  void waitsNoLongerThanOtherClientsCanHold() {
    assertThat(delay(0.5, 308)).isLessThan(Duration.ofNanos(Long.MAX_VALUE));
    assertThat(delay(0.5, 309)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    assertThat(delay(0, 32_767)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
  }

  @Test
  void isWhatTheExponentialPolicyIs() {
    JobRow row = new JobRowBuilder().failures(1).build();

    assertThat(RetryPolicy.exponential().delay(row))
        .isBetween(Duration.ofMillis(14_400), Duration.ofMillis(17_600));
  }

  private static Duration delay(double random, int failuresBefore) {
    return new ExponentialRetryPolicy(() -> random)
        .delay(new JobRowBuilder().failures(failuresBefore).build());
  }
}
