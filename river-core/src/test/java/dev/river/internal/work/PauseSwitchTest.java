package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PauseSwitchTest {
  private final List<String> told = new ArrayList<>();
  private final PauseSwitch pause =
      new PauseSwitch(() -> told.add("opened"), paused -> told.add(paused ? "paused" : "resumed"));

  @Test
  void isClosedUntilSomeoneHasLooked() {
    assertThat(pause.isOpen()).isFalse();

    pause.saw(pause.state(), false);

    assertThat(pause.isOpen()).isTrue();
    assertThat(told).containsExactly("opened");
  }

  @Test
  void staysClosedIfTheQueueIsPaused() {
    pause.saw(pause.state(), true);

    assertThat(pause.isOpen()).isFalse();
    assertThat(pause.state().isPaused()).isTrue();
    assertThat(told).containsExactly("paused");
  }

  @Test
  void aPauseThatIsHeardOfClosesItAtOnce() {
    pause.saw(pause.state(), false);

    pause.pause();

    assertThat(pause.isOpen()).isFalse();
    assertThat(pause.state().isPaused()).isTrue();
  }

  @Test
  void aRowThatWasReadBeforeAPauseWasHeardOfDoesNotOpenIt() {
    pause.saw(pause.state(), false);
    PauseSwitch.State before = pause.state();
    pause.pause();

    pause.saw(before, false);

    assertThat(pause.isOpen()).isFalse();
  }

  @Test
  void aRowThatWasReadBetweenTwoPausesDoesNotOpenIt() {
    pause.pause();
    PauseSwitch.State before = pause.state();
    pause.pause();

    pause.saw(before, false);

    assertThat(pause.isOpen()).isFalse();
  }

  @Test
  void aResumptionThatIsHeardOfOpensItOnlyWhenTheRowSaysSo() {
    pause.pause();
    pause.doubt();
    assertThat(pause.isOpen()).isFalse();
    assertThat(pause.state().isPaused()).isFalse();

    pause.saw(pause.state(), false);

    assertThat(pause.isOpen()).isTrue();
    assertThat(told).containsExactly("paused", "resumed", "opened");
  }

  @Test
  void aResumptionOfAnOpenQueueChangesNothing() {
    pause.saw(pause.state(), false);

    pause.doubt();

    assertThat(pause.isOpen()).isTrue();
  }

  @Test
  void aRowThatSaysTheSameAgainChangesNothing() {
    pause.saw(pause.state(), false);
    pause.saw(pause.state(), false);

    assertThat(pause.isOpen()).isTrue();
    assertThat(told).containsExactly("opened");
  }
}
