package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueriesAndOperationsTest {
  @Test
  void doesWhatItsCommentsSay() throws Exception {
    assertThat(Printed.by(QueriesAndOperations::run))
        .containsExactly(
            "cancelled: [1]", "cancelled jobs: 1", "1: CANCELLED {\"address\": \"10 Elm Street\"}");
  }
}
