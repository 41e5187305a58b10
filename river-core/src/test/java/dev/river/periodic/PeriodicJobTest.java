package dev.river.periodic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.Insert;
import dev.river.testing.TestArgs;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodicJobTest {
  private static final PeriodicJob HOURLY =
      PeriodicJob.every(Duration.ofHours(1), () -> new TestArgs("a"));

  @Test
  void runsOnceForMissedRunsAndMayOverlapByDefault() {
    assertThat(HOURLY.id()).isEmpty();
    assertThat(HOURLY.runsOnStart()).isFalse();
    assertThat(HOURLY.missedRuns()).isEqualTo(MissedRuns.runOnce());
    assertThat(HOURLY.overlap()).isEqualTo(OverlapPolicy.ALLOW);
  }

  @Test
  void eachSettingKeepsTheOthers() {
    PeriodicJob job =
        HOURLY
            .overlap(OverlapPolicy.SKIP)
            .missedRuns(MissedRuns.runAll(3))
            .runOnStart()
            .id("hourly")
            .overlap(OverlapPolicy.SKIP);

    assertThat(job.id()).contains("hourly");
    assertThat(job.runsOnStart()).isTrue();
    assertThat(job.missedRuns()).isEqualTo(MissedRuns.runAll(3));
    assertThat(job.overlap()).isEqualTo(OverlapPolicy.SKIP);
    assertThat(job).hasToString("hourly (every PT1H)");
    assertThat(HOURLY).hasToString("a job without id (every PT1H)");
  }

  @Test
  void argumentsBecomeAJobWithTheOptionsOfTheirClass() throws Exception {
    assertThat(HOURLY.constructor().construct().orElseThrow())
        .isEqualTo(Insert.of(new TestArgs("a")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 10_001})
  void aNumberOfMissedRunsOutOfRangeIsRefused(int max) {
    assertThatThrownBy(() -> MissedRuns.runAll(max))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max must be 1 to 10000, got: " + max);
  }
}
