package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateMaskTest {
  private static final Map<JobState, Integer> VALUES =
      Map.of(
          JobState.AVAILABLE, 1,
          JobState.CANCELLED, 2,
          JobState.COMPLETED, 4,
          JobState.DISCARDED, 8,
          JobState.PENDING, 16,
          JobState.RETRYABLE, 32,
          JobState.RUNNING, 64,
          JobState.SCHEDULED, 128);

  @Test
  void hasTheValuesThatAllClientsShare() {
    VALUES.forEach(
        (state, value) ->
            assertThat(Integer.parseInt(StateMask.of(EnumSet.of(state)), 2)).isEqualTo(value));
    assertThat(StateMask.of(UniqueOpts.DEFAULT_STATES)).isEqualTo("11110101");
  }

  @Test
  void isReadAsItIsWritten() {
    for (int mask = 0; mask < 256; mask++) {
      String bits = "%8s".formatted(Integer.toBinaryString(mask)).replace(' ', '0');
      assertThat(StateMask.of(StateMask.states(bits))).isEqualTo(bits);
    }
    assertThat(StateMask.states(null)).isEmpty();
  }
}
