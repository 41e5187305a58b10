package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UniqueOptsTest {
  @Test
  void namesNothingAtFirst() {
    assertThat(UniqueOpts.none().isEmpty()).isTrue();
    assertThat(UniqueOpts.builder().build()).isEqualTo(UniqueOpts.none());
    assertThat(UniqueOpts.builder().byQueue().build().isEmpty()).isFalse();
    assertThat(UniqueOpts.builder().byState(UniqueOpts.DEFAULT_STATES).build().isEmpty()).isFalse();
  }

  @Test
  void keepsWhatIsSet() {
    UniqueOpts opts =
        UniqueOpts.builder()
            .byArgs()
            .byPeriod(Duration.ofSeconds(1))
            .byQueue()
            .byState(UniqueOpts.REQUIRED_STATES)
            .excludeKind()
            .build();

    assertThat(opts.byArgs()).isTrue();
    assertThat(opts.byPeriod()).contains(Duration.ofSeconds(1));
    assertThat(opts.byQueue()).isTrue();
    assertThat(opts.states()).isEqualTo(UniqueOpts.REQUIRED_STATES);
    assertThat(opts.excludeKind()).isTrue();
    assertThat(opts)
        .hasToString(
            "UniqueOpts{byArgs=true, byPeriod=PT1S, byQueue=true,"
                + " byState=[AVAILABLE, PENDING, RUNNING, SCHEDULED], excludeKind=true}")
        .hasSameHashCodeAs(opts.toString())
        .isNotEqualTo(UniqueOpts.none());
  }

  @Test
  void refusesPeriodsShorterThanASecond() {
    assertThatThrownBy(() -> UniqueOpts.builder().byPeriod(Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("byPeriod must be at least 1 second, got: PT0.999S");
  }

  @Test
  void refusesStatesWithoutThoseThatAJobHasAtFirst() {
    Set<JobState> states = EnumSet.allOf(JobState.class);
    states.remove(JobState.RUNNING);

    assertThatThrownBy(() -> UniqueOpts.builder().byState(states))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must contain [AVAILABLE, PENDING, RUNNING, SCHEDULED]")
        .hasMessageEndingWith("without [RUNNING]");
  }

  @Test
  void refusesToExcludeTheKindAlone() {
    UniqueOpts.Builder alone =
        UniqueOpts.builder().excludeKind().byState(UniqueOpts.DEFAULT_STATES);

    assertThatThrownBy(alone::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("excludeKind must come with byArgs, byPeriod or byQueue");
  }

  @Test
  void areReplacedWholeByThoseOfACall() {
    InsertOpts ofClass =
        InsertOpts.builder().unique(UniqueOpts.builder().byArgs().byQueue().build()).build();
    UniqueOpts byPeriod = UniqueOpts.builder().byPeriod(Duration.ofHours(1)).build();

    assertThat(InsertOpts.builder().unique(byPeriod).build().or(ofClass).unique())
        .contains(byPeriod);
    assertThat(InsertOpts.defaults().or(ofClass).unique()).isEqualTo(ofClass.unique());
    assertThat(ofClass.toString()).startsWith("InsertOpts{unique=UniqueOpts{byArgs=true");
  }

  @Test
  void keysAreHexadecimal() {
    assertThat(new UniqueKey("00ff")).hasToString("00ff");
    assertThatThrownBy(() -> new UniqueKey("0FF")).isInstanceOf(IllegalArgumentException.class);
  }
}
