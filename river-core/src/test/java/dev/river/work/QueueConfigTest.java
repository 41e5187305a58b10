package dev.river.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueConfigTest {
  @Test
  void everySettingHasADefault() {
    QueueConfig config = QueueConfig.builder().build();

    assertThat(config.maxWorkers()).isEqualTo(100);
    assertThat(config.pollInterval()).isEmpty();
    assertThat(config.retention()).isEmpty();
    assertThat(config)
        .hasToString(
            "QueueConfig[maxWorkers=100, pollInterval=the client's, retention=the leader's]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000})
  void takesMaxWorkersOfItsWholeRange(int maxWorkers) {
    assertThat(QueueConfig.builder().maxWorkers(maxWorkers).build().maxWorkers())
        .isEqualTo(maxWorkers);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 10_001})
  void refusesMaxWorkersOutOfRange(int maxWorkers) {
    QueueConfig.Builder builder = QueueConfig.builder().maxWorkers(maxWorkers);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxWorkers must be 1 to 10000, got: " + maxWorkers);
  }

  @Test
  void refusesAPollIntervalThatIsTooShort() {
    QueueConfig.Builder builder = QueueConfig.builder().pollInterval(Duration.ofNanos(999_999));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pollInterval must be at least 1 ms, got: PT0.000999999S");
  }

  @Test
  void isEqualToOneOfTheSameSettings() {
    assertThat(QueueConfig.builder().maxWorkers(3).pollInterval(Duration.ofSeconds(1)).build())
        .isEqualTo(QueueConfig.builder().maxWorkers(3).pollInterval(Duration.ofSeconds(1)).build())
        .isNotEqualTo(QueueConfig.builder().maxWorkers(3).build())
        .isNotEqualTo(
            QueueConfig.builder()
                .maxWorkers(3)
                .pollInterval(Duration.ofSeconds(1))
                .retention(Retention.defaults())
                .build())
        .hasSameHashCodeAs(
            QueueConfig.builder().maxWorkers(3).pollInterval(Duration.ofSeconds(1)).build());
  }

  @Test
  void runsJobsOnPlatformThreadsIfItSaysSo() {
    QueueConfig virtual = QueueConfig.builder().maxWorkers(2).build();
    QueueConfig platform = QueueConfig.builder().maxWorkers(2).platformThreads().build();

    assertThat(virtual.platformThreads()).isFalse();
    assertThat(platform.platformThreads()).isTrue();
    assertThat(platform).isNotEqualTo(virtual);
    assertThat(platform)
        .hasToString(
            "QueueConfig[maxWorkers=2, pollInterval=the client's, retention=the leader's,"
                + " platformThreads]");
  }
}
