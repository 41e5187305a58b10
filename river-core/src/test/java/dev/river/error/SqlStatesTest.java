package dev.river.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.error.DatabaseException.Reason;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStatesTest {
  @ParameterizedTest
  @CsvSource({
    "08000, UNREACHABLE, away",
    "08001, UNREACHABLE, away",
    "08003, UNREACHABLE, away",
    "08004, UNREACHABLE, away",
    "08006, UNREACHABLE, away",
    "08P01, UNREACHABLE, away",
    "57P01, UNREACHABLE, away",
    "57P02, UNREACHABLE, away",
    "57P03, UNREACHABLE, away",
    "57P05, UNREACHABLE, away",
    "25P03, UNREACHABLE, away",
    "25P04, UNREACHABLE, away",
    "53300, NO_CONNECTION_LEFT, away",
    "25006, READ_ONLY, away",
    "55000, OTHER, other",
    "22021, ROW, row",
    "22P05, ROW, row",
    "23505, ROW, row",
    "23514, ROW, row",
    "44000, ROW, row",
    "45000, ROW, row",
    "54000, ROW, row",
    "P0001, ROW, row",
    "40001, CONTENTION, other",
    "40P01, CONTENTION, other",
    "55006, CONTENTION, other",
    "55P03, CONTENTION, other",
    "28000, PERMISSION, other",
    "28P01, PERMISSION, other",
    "42501, PERMISSION, other",
    "3F000, SCHEMA, other",
    "42P01, SCHEMA, other",
    "42703, SCHEMA, other",
    "42704, SCHEMA, other",
    "42883, SCHEMA, other",
    "57014, CANCELLED, timeout",
    "3D000, OTHER, other",
    "42601, OTHER, other",
    "53100, OTHER, other",
    "57P04, OTHER, other",
    "0A000, OTHER, other",
    "XX000, OTHER, other",
    "23, OTHER, other",
    "'', OTHER, other",
  })
  void saysWhatAStateMeans(String state, Reason reason, String asked) {
    var exception = new DatabaseException("failed", state, new SQLException("failed", state));

    assertThat(exception.reason()).isEqualTo(reason);
    assertThat(exception.isUnreachable()).isEqualTo(asked.equals("away"));
    assertThat(exception.isCausedByRow()).isEqualTo(asked.equals("row"));
    assertThat(exception.isTimeout()).isEqualTo(asked.equals("timeout"));
  }

  @Test
  void takesWhatHasNoStateForWhatJdbcOrACauseSays() {
    assertThat(of(new SQLTransientConnectionException("no connection is free")))
        .isEqualTo(Reason.NO_CONNECTION_LEFT);
    assertThat(of(new SQLRecoverableException("broken"))).isEqualTo(Reason.UNREACHABLE);
    assertThat(of(new SQLException("pool", new SQLException("standby", "25006"))))
        .isEqualTo(Reason.READ_ONLY);
    assertThat(of(new SQLException("whatever"))).isEqualTo(Reason.OTHER);
    assertThat(of(new IllegalStateException("whatever"))).isEqualTo(Reason.OTHER);
  }

  private static Reason of(Exception cause) {
    return new DatabaseException("failed", null, cause).reason();
  }
}
