package dev.river.test;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Compares a job with the options that it is expected to have been inserted with. */
final class OptionsCheck {
  private final JsonCodec codec;
  private final JobRow row;
  private final InsertOpts expected;
  private final List<String> differences = new ArrayList<>();

  OptionsCheck(JsonCodec codec, JobRow row, InsertOpts expected) {
    this.codec = codec;
    this.row = row;
    this.expected = expected;
  }

  /** {@return one line for each field that is set and differs} */
  List<String> differences() {
    differences.clear();
    expected.queue().ifPresent(queue -> compare("queue", queue, row.queue()));
    expected.priority().ifPresent(priority -> compare("priority", priority, row.priority()));
    expected.maxAttempts().ifPresent(max -> compare("maxAttempts", max, row.maxAttempts()));
    expected.scheduledAt().ifPresent(at -> compare("scheduledAt", at, row.scheduledAt()));
    expected
        .pending()
        .ifPresent(pending -> compare("pending", pending, row.state() == JobState.PENDING));
    expected.tags().ifPresent(tags -> compare("tags", tags, row.tags()));
    expected
        .metadata()
        .filter(metadata -> !codec.hasEntries(row.metadata(), metadata))
        .ifPresent(metadata -> differs("metadata", codec.encodeMetadata(metadata), row.metadata()));
    return List.copyOf(differences);
  }

  private void compare(String field, Object wanted, Object found) {
    if (!Objects.equals(wanted, found)) {
      differs(field, wanted, found);
    }
  }

  private void differs(String field, Object wanted, Object found) {
    differences.add("%s: expected %s, got %s".formatted(field, wanted, found));
  }
}
