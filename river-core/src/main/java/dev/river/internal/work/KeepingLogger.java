package dev.river.internal.work;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** Logs as another logger does, and keeps what that lets through with the job. */
final class KeepingLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

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
  public boolean isDebugEnabled() {
    return target.isDebugEnabled();
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
    return KeepingLogger.class.getName();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    log.add(level, pattern, arguments, failure);
    target.atLevel(level).setCause(failure).log(pattern, arguments);
  }
}
