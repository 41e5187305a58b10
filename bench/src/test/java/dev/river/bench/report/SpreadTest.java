package dev.river.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void hasTheFigureInTheMiddleAndTheOutermost() {
    assertThat(Spread.of(List.of(30.0, 10.0, 20.0))).isEqualTo(new Spread(20, 10, 30));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
  }

  @Test
  void showsTheOutermostOnlyIfTheyDiffer() {
    assertThat(Spread.of(List.of(1_000.0))).hasToString("1,000");
    assertThat(Spread.of(List.of(1.0, 2.0, 12.0))).hasToString("2.00 (1.00-12.0)");
  }

  @Test
  void needsAFigure() {
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
  }
}
