package dev.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchSizeTest {
  private final BatchSize batches = new BatchSize(10_000);

  @Test
  void isTheUsualOneAtFirst() {
    assertThat(batches.run(Optional::of)).contains(10_000);
    assertThat(batches.isReduced()).isFalse();
  }

  @Test
  void isATenthAfterThreeTimeoutsInARow() {
    fail("57014", 2);
    assertThat(batches.current()).isEqualTo(10_000);

    fail("57014", 1);

    assertThat(batches.current()).isEqualTo(1_000);
    assertThat(batches.isReduced()).isTrue();
  }

  @Test
  void staysWhenAGoodPassComesBetween() {
    fail("57014", 2);
    pass(1);
    fail("57014", 2);

    assertThat(batches.current()).isEqualTo(10_000);
  }

  @Test
  void staysWhenSomethingElseGoesWrong() {
    fail("53100", 10);

    assertThat(batches.current()).isEqualTo(10_000);
  }

  @Test
  void takesAPassThatWasNotItsTurnForNoGoodOne() {
    fail("57014", 2);
    assertThat(batches.run(size -> Optional.empty())).isEmpty();
    fail("57014", 1);

    assertThat(batches.current()).isEqualTo(1_000);
  }

  @Test
  void isTheUsualOneAgainAfterAHundredGoodPassesInARow() {
    fail("57014", 3);
    pass(99);
    fail("57014", 1);
    pass(99);
    assertThat(batches.current()).isEqualTo(1_000);

    pass(1);

    assertThat(batches.current()).isEqualTo(10_000);
  }

  @Test
  void canBeReducedAgainAfterItHasRecovered() {
    fail("57014", 3);
    pass(100);
    fail("57014", 3);
    pass(99);

    assertThat(batches.current()).isEqualTo(1_000);
  }

  private void pass(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(batches.run(Optional::of)).isPresent();
    }
  }

  private void fail(String sqlState, int times) {
    DatabaseException failure =
        new DatabaseException("failed", sqlState, new SQLException("failed", sqlState));
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(
              () ->
                  batches.run(
                      size -> {
                        throw failure;
                      }))
          .isSameAs(failure);
    }
  }
}
