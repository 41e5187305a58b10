package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.river.job.JobRowBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** The logger of a job in front of a real backend. */
class KeepingLoggerTest {
  private static final Marker MARKER = MarkerFactory.getMarker("AUDIT");

  private final Logger target = (Logger) LoggerFactory.getLogger("dev.river.job.sample");
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final AttemptLog log = new AttemptLog(new JobRowBuilder().build());
  private final org.slf4j.Logger logger = log.logger();

  @BeforeEach
  void listen() {
    appender.start();
    target.setAdditive(false);
    target.setLevel(Level.TRACE);
    target.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    target.detachAppender(appender);
    target.setLevel(null);
    target.setAdditive(true);
  }

  @Test
  void passesOnCallsWithoutArguments() {
    logger.trace("plain");
    logger.debug("plain");
    logger.info("plain");
    logger.warn("plain");
    logger.error("plain");
    logger.error("failed", new IllegalStateException("no"));

    assertThat(appender.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            tuple(Level.TRACE, "plain"),
            tuple(Level.DEBUG, "plain"),
            tuple(Level.INFO, "plain"),
            tuple(Level.WARN, "plain"),
            tuple(Level.ERROR, "plain"),
            tuple(Level.ERROR, "failed"));
    assertThat(appender.list.get(5).getThrowableProxy().getMessage()).isEqualTo("no");
    assertThat(kept())
        .contains("TRACE plain", "ERROR plain", "ERROR failed", "IllegalStateException: no");
  }

  @Test
  void passesOnArguments() {
    logger.info("{}", 1);
    logger.info("{} {}", 1, 2);
    logger.info("{} {} {}", 1, 2, 3);
    logger.warn("{} {}", 1, 2, new IllegalStateException("no"));

    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("1", "1 2", "1 2 3", "1 2");
    assertThat(appender.list.getLast().getThrowableProxy()).isNotNull();
    assertThat(kept()).contains("INFO 1 2 3", "WARN 1 2");
  }

  @Test
  void passesOnMarkersAndPairs() {
    logger.info(MARKER, "marked");
    logger
        .atWarn()
        .addMarker(MARKER)
        .addKeyValue("customer", 17)
        .addKeyValue("lazy", () -> "yes")
        .addArgument(1)
        .addArgument(() -> 2)
        .setCause(new IllegalStateException("no"))
        .log("fluent {} {}");
    logger.atInfo().log();

    assertThat(appender.list.get(0).getMarkerList()).containsExactly(MARKER);
    ILoggingEvent fluent = appender.list.get(1);
    assertThat(fluent.getMarkerList()).containsExactly(MARKER);
    assertThat(fluent.getKeyValuePairs())
        .extracting(pair -> pair.key, pair -> pair.value)
        .containsExactly(tuple("customer", 17), tuple("lazy", "yes"));
    assertThat(fluent.getFormattedMessage()).isEqualTo("fluent 1 2");
    assertThat(fluent.getThrowableProxy()).isNotNull();
    assertThat(appender.list).hasSize(3);
    assertThat(kept()).contains("INFO marked", "WARN customer=17 lazy=yes fluent 1 2");
  }

  @Test
  void keepsFromInfoOnWhatTheProgramLeavesOut() {
    target.setLevel(Level.ERROR);

    logger.debug("debug");
    logger.atDebug().log("debug");
    logger.info("info");
    logger.atInfo().log("fluent");

    assertThat(appender.list).isEmpty();
    assertThat(kept()).contains("INFO info", "INFO fluent").doesNotContain("debug");
  }

  @Test
  void bearsArgumentsThatHaveNoText() {
    Object textless =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };

    logger.atInfo().addKeyValue("bad", textless).log("pair");
    logger.info("argument {}", textless);

    assertThat(kept()).contains("bad=(java.lang.IllegalStateException) pair", "INFO argument");
  }

  private String kept() {
    return log.encoded().orElseThrow();
  }
}
