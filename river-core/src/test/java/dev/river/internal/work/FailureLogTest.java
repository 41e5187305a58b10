package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.job.JobRowBuilder;
import dev.river.testing.Rude;
import dev.river.testing.TestArgs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final IllegalStateException failure = new IllegalStateException("gateway down");
  private final Logger target = (Logger) LoggerFactory.getLogger(FailureLog.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final List<Runnable> later = new ArrayList<>();
  private final FailureLog failures =
      new FailureLog(InstantSource.fixed(NOW), (delay, task) -> later.add(task));

  @BeforeEach
  void listen() {
    appender.start();
    target.setAdditive(false);
    target.setLevel(Level.INFO);
    target.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    target.detachAppender(appender);
    target.setLevel(null);
  }

  @Test
  void tellsOfAnAttemptThatIsFollowedByAnother() {
    retried(row("sms", 7), failure);

    assertThat(lines())
        .containsExactly(
            "WARN job 7 (kind sms, queue default): attempt 3 of 25 failed:"
                + " java.lang.IllegalStateException: gateway down;"
                + " will be retried at 2026-01-02T03:05:21Z");
  }

  @Test
  void tellsOfAJobThatIsDiscardedAsAnError() {
    JobRow row = row("sms", 7);
    AttemptError error = Outcomes.error(row, FailureText.message(failure), "");
    failures.failed(row, error, new Outcome.Discard(error), Optional.empty());

    assertThat(lines())
        .containsExactly(
            "ERROR job 7 (kind sms, queue default): attempt 3 of 25 failed:"
                + " java.lang.IllegalStateException: gateway down; it is discarded");
  }

  @Test
  void tellsTheTraceOnceForEachKindAndException() {
    retried(row("sms", 1), failure);
    retried(row("sms", 2), failure);
    retried(row("mail", 3), failure);
    retried(row("sms", 4), new IllegalArgumentException("other"));

    assertThat(appender.list)
        .extracting(event -> event.getThrowableProxy() != null)
        .containsExactly(true, false, true, true);
  }

  @Test
  void tellsTheTraceEachTimeAtDebug() {
    target.setLevel(Level.DEBUG);
    retried(row("sms", 1), failure);
    retried(row("sms", 2), failure);

    assertThat(appender.list).allMatch(event -> event.getThrowableProxy() != null);
  }

  @Test
  void aStormIsCountedAndToldLater() {
    for (int id = 1; id <= 3_300; id++) {
      retried(row("sms", id), failure);
    }
    retried(row("mail", 9_999), failure);

    assertThat(lines()).hasSize(FailureLog.LINES + 1).last().asString().contains("kind mail");
    assertThat(later).hasSize(1);
    later.getFirst().run();
    assertThat(lines())
        .last()
        .isEqualTo("WARN kind sms: 3290 more attempts failed that were not logged one by one");

    retried(row("sms", 1), failure);
    assertThat(lines()).last().asString().startsWith("WARN job 1 (kind sms");
  }

  @Test
  void aStormIsToldWhenTheClientStops() {
    for (int id = 1; id <= FailureLog.LINES + 5; id++) {
      retried(row("sms", id), failure);
    }

    failures.flush();
    failures.flush();

    assertThat(lines())
        .hasSize(FailureLog.LINES + 1)
        .last()
        .isEqualTo("WARN kind sms: 5 more attempts failed that were not logged one by one");
  }

  @Test
  void aFailureOfAnotherClassIsToldInAStormToo() {
    for (int id = 1; id <= FailureLog.LINES + 5; id++) {
      retried(row("sms", id), failure);
    }
    retried(row("sms", 99), new IllegalArgumentException("other"));

    assertThat(lines()).last().asString().contains("IllegalArgumentException: other");
  }

  @Test
  void argumentsThatCannotBeReadAreNotQuoted() {
    JobRow row = row("sms", 7);
    try {
      new JsonCodec().decodeArgs("{\"name\": [\"secret\"]}", TestArgs.class);
      throw new AssertionError("was read");
    } catch (UndecodableArgsException e) {
      AttemptError error = Outcomes.error(row, FailureText.message(e) + " secret", "");
      failures.failed(row, error, new Outcome.Retry(error, Duration.ZERO), Optional.of(e));
    }

    assertThat(lines()).singleElement().asString().contains("args can't be read");
    assertThat(lines().toString()).doesNotContain("secret");
    assertThat(appender.list.getFirst().getThrowableProxy()).isNull();
  }

  private static final class Textless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      return Rude.throwsChecked();
    }
  }

  @Test
  void anExceptionWithoutTextIsToldByItsClass() {
    retried(row("sms", 7), new Textless());

    assertThat(lines()).singleElement().asString().contains(Textless.class.getName());
  }

  @Test
  void aWindowBeginsAnewAndTellsWhatNobodyHasTold() {
    FailureCount count = new FailureCount(1, Duration.ofSeconds(10));
    long second = Duration.ofSeconds(1).toNanos();

    assertThat(count.next(0, false)).isEqualTo(new FailureCount.Verdict(true, false, 0));
    assertThat(count.next(second, false)).isEqualTo(new FailureCount.Verdict(false, true, 0));
    assertThat(count.next(2 * second, false)).isEqualTo(new FailureCount.Verdict(false, false, 0));
    assertThat(count.next(10 * second, false)).isEqualTo(new FailureCount.Verdict(true, false, 2));
    assertThat(count.takeUntold()).isZero();
  }

  private void retried(JobRow row, Throwable failure) {
    AttemptError error = Outcomes.error(row, FailureText.message(failure), "");
    failures.failed(
        row, error, new Outcome.Retry(error, Duration.ofSeconds(76)), Optional.of(failure));
  }

  private List<String> lines() {
    return appender.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  private static JobRow row(String kind, long id) {
    return new JobRowBuilder().id(id).kind(kind).attempt(3, 25).build();
  }
}
