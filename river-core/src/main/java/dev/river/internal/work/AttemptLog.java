package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.job.JobRow;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * The log lines of an attempt, bounded. Thread-safe. Sizes and format are those of River's
 * riverlog.
 */
final class AttemptLog {
  static final String NAME = "river:log";

  private static final int MAX_CHARS_OF_ATTEMPT = 2 * 1024 * 1024;
  private static final int MAX_CHARS_OF_JOB = 8 * 1024 * 1024;
  private static final String CUT = "... (log is full)\n";

  private final JobRow row;
  private final StringBuilder lines = new StringBuilder(); // guarded by itself
  private boolean full; // guarded by lines

  AttemptLog(JobRow row) {
    this.row = row;
  }

  Logger logger() {
    return new KeepingLogger(LoggerFactory.getLogger("dev.river.job." + row.kind()), this);
  }

  void add(Level level, String message, @Nullable Throwable failure) {
    StringBuilder line =
        new StringBuilder()
            .append(Instant.now())
            .append(' ')
            .append(level)
            .append(' ')
            .append(message)
            .append('\n');
    if (failure != null) {
      line.append(FailureText.trace(failure)).append('\n');
    }
    append(line);
  }

  void add(
      Level level, String pattern, Object @Nullable [] arguments, @Nullable Throwable failure) {
    add(level, MessageFormatter.basicArrayFormat(pattern, arguments), failure);
  }

  /** {@return the lines of this and, as far as there is room, of earlier attempts} */
  Optional<String> encoded() {
    synchronized (lines) {
      return lines.isEmpty()
          ? Optional.empty()
          : Optional.of(
              JobMetadata.appendLog(
                  row.metadata(), row.attempt(), lines.toString(), MAX_CHARS_OF_JOB));
    }
  }

  private void append(CharSequence line) {
    synchronized (lines) {
      if (full) {
        return;
      }
      if (lines.length() + line.length() + CUT.length() > MAX_CHARS_OF_ATTEMPT) {
        full = true;
        lines.append(CUT);
      } else {
        lines.append(line);
      }
    }
  }
}
