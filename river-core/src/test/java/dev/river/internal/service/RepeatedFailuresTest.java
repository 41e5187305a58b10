package dev.river.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.LogCapture;
import dev.river.error.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RepeatedFailuresTest {
  private static final Duration PAUSE = Duration.ofMillis(7);

  private final LogCapture log = LogCapture.of(RepeatedFailures.class);

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void logsAKindOfFailureOnceAMinute() {
    RepeatedFailures failures = failures(Duration.ofDays(1));
    for (int i = 0; i < 100; i++) {
      failures.failed(refused("42P01"), PAUSE);
      failures.failed(refused("42501"), PAUSE);
      failures.failed(new IllegalStateException("a mistake"), PAUSE);
    }

    assertThat(log.lines())
        .filteredOn(line -> line.startsWith("WARN"))
        .hasSize(3)
        .containsOnly("WARN loop: pass failed, next try in 7 ms");
  }

  @Test
  void countsWhatItDidNotLog() {
    RepeatedFailures failures = failures(Duration.ZERO);
    failures.failed(refused("42P01"), PAUSE);
    failures.failed(refused("42P01"), PAUSE);

    assertThat(log.lines())
        .filteredOn(line -> line.startsWith("WARN"))
        .last()
        .asString()
        .contains("pass still fails, 1 times since", "refused 42P01");
  }

  @Test
  void leavesOutagesToThoseWhoTellOfThemOnce() {
    RepeatedFailures failures = failures(Duration.ZERO);
    for (String state : new String[] {"08006", "57P01", "57P03", "53300", "25006"}) {
      failures.failed(refused(state), PAUSE);
    }

    assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN"));
  }

  private static RepeatedFailures failures(Duration betweenLines) {
    return new RepeatedFailures(
        LoggerFactory.getLogger(RepeatedFailures.class), "loop", betweenLines);
  }

  private static DatabaseException refused(String state) {
    return new DatabaseException("refused " + state, state, new SQLException("refused", state));
  }
}
