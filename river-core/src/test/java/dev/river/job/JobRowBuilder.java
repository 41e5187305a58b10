package dev.river.job;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes rows for tests that need no database: by default a job in its first attempt. */
public final class JobRowBuilder {
  /** When the attempts of these rows began. */
  public static final Instant ATTEMPTED_AT = Instant.parse("2026-01-02T03:04:05.000006Z");

  private long id = 1;
  private int attempt = 1;
  private int maxAttempts = 25;
  private String kind = "sample";
  private String encodedArgs = "{}";
  private String metadata = "{}";
  private List<String> tags = List.of();
  private List<AttemptError> errors = List.of();
  private List<String> attemptedBy = List.of("client");
  private Instant attemptedAt = ATTEMPTED_AT;

  public JobRowBuilder id(long id) {
    this.id = id;
    return this;
  }

  public JobRowBuilder attempt(int attempt, int maxAttempts) {
    this.attempt = attempt;
    this.maxAttempts = maxAttempts;
    return this;
  }

  public JobRowBuilder kind(String kind) {
    this.kind = kind;
    return this;
  }

  public JobRowBuilder encodedArgs(String encodedArgs) {
    this.encodedArgs = encodedArgs;
    return this;
  }

  public JobRowBuilder metadata(String metadata) {
    this.metadata = metadata;
    return this;
  }

  public JobRowBuilder tags(List<String> tags) {
    this.tags = tags;
    return this;
  }

  public JobRowBuilder errors(List<AttemptError> errors) {
    this.errors = errors;
    return this;
  }

  public JobRowBuilder attemptedBy(List<String> attemptedBy) {
    this.attemptedBy = attemptedBy;
    return this;
  }

  public JobRowBuilder attemptedAt(Instant attemptedAt) {
    this.attemptedAt = attemptedAt;
    return this;
  }

  /** Lets as many attempts have failed before. */
  public JobRowBuilder failures(int failures) {
    return errors(Collections.nCopies(failures, new AttemptError(ATTEMPTED_AT, 1, "failed", "")));
  }

  public JobRow build() {
    return new JobRow(
        id,
        JobState.RUNNING,
        attempt,
        maxAttempts,
        1,
        kind,
        "default",
        tags,
        encodedArgs,
        metadata,
        errors,
        attemptedBy,
        ATTEMPTED_AT.minusSeconds(60),
        ATTEMPTED_AT.minusSeconds(60),
        Optional.of(attemptedAt),
        Optional.empty());
  }
}
