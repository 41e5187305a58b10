package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.service.UserCode;
import dev.river.job.JobRow;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.MessageFormatter;

/**
 * The log lines of an attempt, bounded. Thread-safe. Sizes and format are those of River's
 * riverlog.
 */
final class AttemptLog {
  static final String NAME = "river:log";

  private static final Logger LOG = LoggerFactory.getLogger(AttemptLog.class);

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

  void add(LoggingEvent event) {
    StringBuilder line =
        new StringBuilder().append(Instant.now()).append(' ').append(event.getLevel()).append(' ');
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> line.append(text(pair)).append(' '));
    }
    line.append(MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()))
        .append('\n');
    if (event.getThrowable() != null) {
      line.append(FailureText.trace(event.getThrowable())).append('\n');
    }
    append(line);
  }

  /** As SLF4J writes it for backends that know no pairs. */
  private static String text(KeyValuePair pair) {
    return UserCode.call(
        () -> pair.key + "=" + pair.value,
        failure -> "%s=(%s)".formatted(pair.key, failure.getClass().getName()));
  }

  /**
   * {@return the lines of this and, as far as there is room, of earlier attempts} Where metadata
   * can't be read that someone else has written, the job's result counts for more than its log.
   */
  Optional<String> encoded() {
    synchronized (lines) {
      return lines.isEmpty() ? Optional.empty() : appended();
    }
  }

  private Optional<String> appended() {
    try {
      return Optional.of(
          JobMetadata.appendLog(row.metadata(), row.attempt(), lines.toString(), MAX_CHARS_OF_JOB));
    } catch (RuntimeException e) { // its message may hold the metadata
      LOG.warn(
          "job {}: its log is not kept, because its metadata can't be read ({})",
          row.id(),
          e.getClass().getName());
      return Optional.empty();
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
