package dev.river.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test that logs a warning or worse without having said that it will. Failed attempts don't
 * count: that they fail is what the workers of a test are there for, and its assertions tell.
 */
public final class LogWatch implements BeforeEachCallback, AfterEachCallback {
  private static final String FAILED_ATTEMPTS = "dev.river.internal.work.FailureLog";

  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private boolean expected;

  /** Says that warnings belong to this test. */
  public void expectWarnings() {
    expected = true;
  }

  /** What was logged as a warning or worse. */
  public List<String> warnings() {
    return List.copyOf(appender.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .filter(event -> !event.getLoggerName().equals(FAILED_ATTEMPTS))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  /** What was logged, with the messages of exceptions and of their causes. */
  public String everything() {
    StringBuilder text = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(appender.list)) {
      text.append(event.getFormattedMessage()).append('\n');
      for (IThrowableProxy link = event.getThrowableProxy(); link != null; link = link.getCause()) {
        text.append(link.getMessage()).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    expected = false;
    appender.list.clear();
    appender.clearAllFilters();
    ThresholdFilter warnings = new ThresholdFilter();
    warnings.setLevel("WARN");
    warnings.start();
    appender.addFilter(warnings);
    appender.start();
    river().addAppender(appender);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    river().detachAppender(appender);
    if (!expected) {
      assertThat(warnings()).as("warnings that nobody expected").isEmpty();
    }
  }

  private static Logger river() {
    return (Logger) LoggerFactory.getLogger("dev.river");
  }
}
