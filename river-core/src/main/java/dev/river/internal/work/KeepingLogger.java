package dev.river.internal.work;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.DefaultLoggingEvent;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs as another logger does, markers and key-value pairs included, and keeps what that lets
 * through with the job.
 */
final class KeepingLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;
  private static final String CALLER_BOUNDARY = KeepingLogger.class.getName();

  private final transient Logger target;
  private final transient AttemptLog log;

  KeepingLogger(Logger target, AttemptLog log) {
    this.name = target.getName();
    this.target = target;
    this.log = log;
  }

  @Override
  public boolean isTraceEnabled() {
    return target.isTraceEnabled();
  }

  @Override
  public boolean isTraceEnabled(Marker marker) {
    return target.isTraceEnabled(marker);
  }

  @Override
  public boolean isDebugEnabled() {
    return target.isDebugEnabled();
  }

  @Override
  public boolean isDebugEnabled(Marker marker) {
    return target.isDebugEnabled(marker);
  }

  /** From here on a line is kept even where the program's own log leaves it out. */
  @Override
  public boolean isInfoEnabled() {
    return true;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return CALLER_BOUNDARY;
  }

  /** What the classic methods, such as {@code info(...)}, come to. */
  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      @Nullable String pattern,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    DefaultLoggingEvent event = new DefaultLoggingEvent(level, this);
    event.setMessage(pattern);
    if (arguments != null) {
      event.addArguments(arguments);
    }
    if (marker != null) {
      event.addMarker(marker);
    }
    event.setThrowable(failure);
    log(event);
  }

  /** What the fluent methods, such as {@code atInfo()}, come to. */
  @Override
  public void log(LoggingEvent event) {
    log.add(event);
    if (isPassedOn(event)) {
      passOn(event);
    }
  }

  /** A filter of the program's log may decide by a marker. */
  private boolean isPassedOn(LoggingEvent event) {
    List<Marker> markers = event.getMarkers();
    if (markers == null || markers.isEmpty()) {
      return target.isEnabledForLevel(event.getLevel());
    }
    Marker first = markers.getFirst();
    return switch (event.getLevel()) {
      case TRACE -> target.isTraceEnabled(first);
      case DEBUG -> target.isDebugEnabled(first);
      case INFO -> target.isInfoEnabled(first);
      case WARN -> target.isWarnEnabled(first);
      case ERROR -> target.isErrorEnabled(first);
    };
  }

  private void passOn(LoggingEvent event) {
    LoggingEventBuilder builder = target.makeLoggingEventBuilder(event.getLevel());
    if (builder instanceof CallerBoundaryAware aware) {
      String boundary = event.getCallerBoundary();
      aware.setCallerBoundary(boundary == null ? CALLER_BOUNDARY : boundary);
    }
    builder = builder.setMessage(event.getMessage()).setCause(event.getThrowable());
    if (event.getArgumentArray() != null) {
      for (Object argument : event.getArgumentArray()) {
        builder = builder.addArgument(argument);
      }
    }
    if (event.getMarkers() != null) {
      for (Marker marker : event.getMarkers()) {
        builder = builder.addMarker(marker);
      }
    }
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        builder = builder.addKeyValue(pair.key, pair.value);
      }
    }
    builder.log();
  }
}
