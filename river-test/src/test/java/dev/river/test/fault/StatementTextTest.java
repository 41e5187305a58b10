package dev.river.test.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "select",
        "  \n(SELECT 1) UNION (SELECT 2)",
        "-- a comment\n/* and\n another */ SELECT 1",
        "values (1)",
        "LISTEN x",
        "show all"
      })
  void tellsWhatOnlyReads(String sql) {
    assertThat(StatementText.mayWrite(List.of(sql))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO x VALUES (1)",
        "with a as (select 1) update x set y = 1",
        "-- select\ndelete from x",
        "CREATE TABLE x (y int)",
        "selection",
        "",
        StatementText.OF_DRIVER
      })
  void tellsWhatMayWrite(String sql) {
    assertThat(StatementText.mayWrite(List.of("SELECT 1", sql))).isTrue();
  }
}
