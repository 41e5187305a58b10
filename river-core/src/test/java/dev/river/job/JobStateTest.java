package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {
  private static final EnumSet<JobState> FINAL =
      EnumSet.of(JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED);

  @ParameterizedTest
  @EnumSource
  void isFinalWhereAJobHasEnded(JobState state) {
    assertThat(state.isFinal()).isEqualTo(FINAL.contains(state));
  }
}
