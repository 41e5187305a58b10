package dev.river.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
  @Test
  void everySettingHasADefault() {
    Retention retention = Retention.defaults();

    assertThat(retention.completed()).contains(Duration.ofHours(24));
    assertThat(retention.cancelled()).contains(Duration.ofHours(24));
    assertThat(retention.discarded()).contains(Duration.ofDays(7));
    assertThat(retention)
        .hasToString("Retention[completed=PT24H, cancelled=PT24H, discarded=PT168H]");
  }

  @Test
  void jobsOfAnyStateCanBeKeptForEver() {
    Retention retention =
        Retention.builder()
            .keepCompletedForEver()
            .keepCancelledForEver()
            .keepDiscardedForEver()
            .build();

    assertThat(retention.completed()).isEmpty();
    assertThat(retention.cancelled()).isEmpty();
    assertThat(retention.discarded()).isEmpty();
    assertThat(retention)
        .hasToString("Retention[completed=for ever, cancelled=for ever, discarded=for ever]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT876000H"})
  void takesTimesOfTheWholeRange(String time) {
    Duration duration = Duration.parse(time);

    assertThat(Retention.builder().discarded(duration).build().discarded()).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-0.000000001S", "PT876000H0.000000001S"})
  void refusesTimesOutOfRange(String time) {
    Retention.Builder builder = Retention.builder().cancelled(Duration.parse(time));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the retention of cancelled jobs must be 0 to 36500 days, or keepCancelledForEver(),"
                + " got: "
                + time);
  }

  @Test
  void isEqualToOneOfTheSameTimes() {
    assertThat(Retention.builder().completed(Duration.ofDays(1)).build())
        .isEqualTo(Retention.builder().completed(Duration.parse("PT24H")).build())
        .hasSameHashCodeAs(Retention.builder().completed(Duration.parse("PT24H")).build())
        .isNotEqualTo(Retention.builder().discarded(Duration.ZERO).build())
        .isNotEqualTo(Retention.builder().keepCompletedForEver().build());
  }
}
