package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.testing.RiverDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which rows are told of as refused, and when the database is at fault. */
class HalvingTest {
  /** A row may be at fault for it, by row level security, or a privilege is missing. */
  private static final String IN_DOUBT = "42501";

  private static final String CERTAIN = "23514";
  private static final String OF_NO_ROW = "40P01";

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<Integer> told = new ArrayList<>();
  private int statements;

  @Test
  void oneThatIsRefusedIsLeftOutAndTheOrderIsKept() {
    assertThat(run(10, IN_DOUBT, row -> row == 3)).containsExactly(0, 1, 2, 4, 5, 6, 7, 8, 9);
    assertThat(told).containsExactly(3);
  }

  @Test
  void whatWasRefusedBeforeAnotherRowShowedItIsToldOnce() {
    assertThat(run(100, IN_DOUBT, row -> row < 30 || row == 99))
        .containsExactlyElementsOf(IntStream.range(30, 99).boxed().toList());
    assertThat(told).hasSize(31).startsWith(0, 1, 2).endsWith(29, 99);
  }

  @Test
  void otherRowsAreLookedForAtBothEnds() {
    assertThat(run(1_000, IN_DOUBT, row -> row < 900 || row % 25 == 0)).hasSize(96);
    assertThat(told).hasSize(904);
  }

  @Test
  void manyThatAreAllRefusedAreNotAtFault() {
    assertThatThrownBy(() -> run(1_000, IN_DOUBT, row -> true))
        .isInstanceOf(DatabaseException.class);
    assertThat(told).isEmpty();
    assertThat(statements).isLessThan(150);
  }

  @Test
  void theyAreIfTheFailureSaysSo() {
    assertThat(run(100, CERTAIN, row -> true)).isEmpty();
    assertThat(told).hasSize(100);
  }

  /** Whoever passes them over for a while goes on with the others, and tries these again. */
  @Test
  void aFewThatAreAllRefusedAreLeftOut() {
    assertThat(run(1, IN_DOUBT, row -> true)).isEmpty();
    assertThat(told).containsExactly(0);
  }

  @Test
  void whatNoRowIsAtFaultForIsThrownAtOnce() {
    assertThatThrownBy(() -> run(100, OF_NO_ROW, row -> row == 50))
        .isInstanceOf(DatabaseException.class);
    assertThat(statements).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  private List<Integer> run(int rows, String sqlState, IntPredicate isRefused) {
    return Halving.run(
        river.dsl(),
        IntStream.range(0, rows).boxed().toList(),
        some -> {
          statements++;
          if (some.stream().anyMatch(isRefused::test)) {
            throw DatabaseErrors.translate(new SQLException("refused", sqlState));
          }
          return some;
        },
        (row, why) -> told.add(row));
  }
}
