package dev.river.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.river.bench.measure.Scale;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void measuresEverythingThreeTimesByDefault() {
    assertThat(Options.parse())
        .isEqualTo(new Options(Scale.FULL, 3, List.of(), List.of(), Path.of("target")));
  }

  @Test
  void takesWhatIsChosen() {
    assertThat(
            Options.parse(
                "--quick",
                "--systems",
                "a, b",
                "--measures",
                "c",
                "--rounds",
                "5",
                "--directory",
                "d"))
        .isEqualTo(new Options(Scale.QUICK, 5, List.of("a", "b"), List.of("c"), Path.of("d")));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--quickly"))
        .withMessageContaining("--quickly");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--rounds", "0"))
        .withMessage("--rounds must be a number from 1 on, got: 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.choose(List.of("x"), List.of("a", "b")))
        .withMessage("must be of [a, b], got: [x]");
  }

  @Test
  void choosesInTheOrderOfWhatThereIs() {
    assertThat(Options.choose(List.of("c", "a"), List.of("a", "b", "c"))).containsExactly("a", "c");
    assertThat(Options.choose(List.of(), List.of("a", "b"))).containsExactly("a", "b");
  }
}
