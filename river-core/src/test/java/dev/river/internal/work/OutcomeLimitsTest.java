package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.error.DatabaseException;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeLimitsTest {
  private static final int MEGABYTE = 1 << 20;

  private final OutcomeLimits limits = new OutcomeLimits();

  @Test
  void boundsAStatementByCount() {
    assertThat(limits.first(Collections.nCopies(2_000, ofChars("")), false)).hasSize(1_000);
    assertThat(limits.first(List.of(), false)).isEmpty();
  }

  @Test
  void boundsAStatementByBytes() {
    assertThat(limits.first(Collections.nCopies(60, ofChars("x".repeat(3 * MEGABYTE))), false))
        .hasSize(2);
    assertThat(limits.first(Collections.nCopies(9, ofChars("\u4e2d".repeat(MEGABYTE))), false))
        .hasSize(2);
  }

  @Test
  void takesWhatIsLargerAlone() {
    EndedAttempt large = ofChars("x".repeat(30 * MEGABYTE));
    assertThat(limits.first(Collections.nCopies(9, large), false)).hasSize(1);
    assertThat(limits.first(List.of(ofChars(""), large), false)).hasSize(1);
  }

  @Test
  void countsTheRowsThatAStatementReturns() {
    EndedAttempt after20 = ofChars("", 20);
    assertThat(limits.first(Collections.nCopies(1_000, after20), false)).hasSize(1_000);
    assertThat(limits.first(Collections.nCopies(1_000, after20), true)).hasSizeBetween(10, 100);
  }

  @Test
  void keepsNoMoreThanAStatementOfWhatIsRefused() {
    var waiting = new WaitingOutcomes();
    Collections.nCopies(8, ofChars("x".repeat(3 * MEGABYTE))).forEach(waiting::put);
    List<EndedAttempt> batch = new ArrayList<>();

    waiting.fill(batch);
    assertThat(batch).hasSize(3);
    waiting.fill(batch);
    assertThat(batch).hasSize(3);

    batch.clear();
    waiting.fill(batch);
    assertThat(batch).hasSize(3);
  }

  @Test
  void getsSmallerAndGrowsAgain() {
    List<EndedAttempt> many = Collections.nCopies(2_000, ofChars(""));
    limits.tooMuch();
    assertThat(limits.first(many, false)).hasSize(500);
    IntStream.range(0, 20).forEach(i -> limits.tooMuch());
    assertThat(limits.first(many, false)).hasSize(1);

    IntStream.range(0, 200).forEach(i -> limits.stored());

    assertThat(limits.first(many, false)).hasSize(1_000);
  }

  @ParameterizedTest
  @CsvSource({
    "08006, AWAY",
    "57P01, AWAY",
    "53300, AWAY",
    "25006, AWAY",
    "57014, TOO_MUCH",
    "40001, PASSING",
    "40P01, PASSING",
    "53100, OF_SERVER",
    "53200, OF_SERVER",
    "58030, OF_SERVER",
    "55P03, PASSING",
    "45000, OF_ROW",
    "42501, IN_DOUBT",
    "23505, OF_ROW",
    "22P05, OF_ROW",
    "54000, OF_ROW"
  })
  void tellsWhatARefusalMeans(String sqlState, Refusal refusal) {
    assertThat(Refusal.of(refused(sqlState, null), Duration.ZERO)).isEqualTo(refusal);
  }

  @Test
  void tellsWhatWasTooMuchAndWhatWaitedForTheTable() {
    assertThat(Refusal.of(new OutOfMemoryError(), Duration.ZERO)).isEqualTo(Refusal.TOO_MUCH);
    assertThat(Refusal.of(refused("08006", new SocketTimeoutException()), Duration.ZERO))
        .isEqualTo(Refusal.TOO_MUCH);
    assertThat(Refusal.of(refused("55P03", null), Duration.ofSeconds(8))).isEqualTo(Refusal.AWAY);
  }

  private static DatabaseException refused(String sqlState, @Nullable Throwable cause) {
    return new DatabaseException("no", sqlState, new SQLException("no", sqlState, cause));
  }

  private static EndedAttempt ofChars(String metadata) {
    return ofChars(metadata, 1);
  }

  private static EndedAttempt ofChars(String metadata, int attempt) {
    JobRow row =
        new JobRow(
            1,
            JobState.RUNNING,
            attempt,
            25,
            1,
            "test",
            "default",
            List.of(),
            "{}",
            "{}",
            List.of(),
            List.of("me"),
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.of(Instant.EPOCH),
            Optional.empty(),
            Optional.empty(),
            Set.of());
    return new EndedAttempt(
        new FinishedAttempt(row, new Outcome.Completed(), Optional.of(metadata), true),
        Duration.ZERO,
        0,
        false);
  }
}
