package dev.river.job;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is to change of a job that is not running. A field that is not set stays as it is.
 *
 * <p>Immutable. Every setter checks its value at once.
 */
public final class JobUpdate {
  private final InsertOpts fields;
  private final @Nullable Object output;

  private JobUpdate(Builder builder) {
    this.fields = builder.fields.build();
    this.output = builder.output;
  }

  /** {@return a builder of updates} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the queue, if set} */
  public Optional<String> queue() {
    return fields.queue();
  }

  /** {@return the priority, if set} */
  public OptionalInt priority() {
    return fields.priority();
  }

  /** {@return how many attempts may begin, if set} */
  public OptionalInt maxAttempts() {
    return fields.maxAttempts();
  }

  /** {@return when the job may be worked, if set} */
  public Optional<Instant> scheduledAt() {
    return fields.scheduledAt();
  }

  /** {@return what is merged into the metadata beside the output; immutable, may be empty} */
  public Map<String, Object> metadata() {
    return fields.metadata().orElse(Map.of());
  }

  /** {@return the output, if set} */
  public Optional<Object> output() {
    return Optional.ofNullable(output);
  }

  /** Collects an update. Not safe for use by several threads. */
  public static final class Builder {
    private final InsertOpts.Builder fields = InsertOpts.builder();
    private @Nullable Object output;

    private Builder() {}

    /**
     * Moves the job to another queue. Its unique key stays what it was.
     *
     * @param queue a name that {@link Names#checkQueue} accepts
     * @return this builder
     * @throws IllegalArgumentException if the name breaks that rule
     */
    public Builder queue(String queue) {
      fields.queue(queue);
      return this;
    }

    /**
     * Changes the priority.
     *
     * @param priority 1 (worked first) to 4
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder priority(int priority) {
      fields.priority(priority);
      return this;
    }

    /**
     * Changes how many attempts may begin before a failure is final.
     *
     * @param maxAttempts 1 to 32,767
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxAttempts(int maxAttempts) {
      fields.maxAttempts(maxAttempts);
      return this;
    }

    /**
     * Changes when the job may be worked. An available job becomes scheduled, and a scheduled one
     * available, as its new time demands.
     *
     * @param scheduledAt the time, in the years 1 to 9999; parts smaller than a microsecond are
     *     dropped
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder scheduledAt(Instant scheduledAt) {
      fields.scheduledAt(scheduledAt);
      return this;
    }

    /**
     * Merges values into the metadata. Names that are there already get the new value, others stay.
     *
     * @param metadata values that Jackson can write, by name. Names that start with {@code river:}
     *     are River's own.
     * @return this builder
     * @throws IllegalArgumentException if a name is River's own
     */
    public Builder metadata(Map<String, ?> metadata) {
      fields.metadata(metadata);
      return this;
    }

    /**
     * Sets the job's output, which is kept in its metadata under the name {@code output}.
     *
     * @param output a value that Jackson can write, 32 MB as JSON at most
     * @return this builder
     */
    public Builder output(Object output) {
      this.output = Objects.requireNonNull(output, "output");
      return this;
    }

    /** {@return the update} */
    public JobUpdate build() {
      return new JobUpdate(this);
    }
  }
}
