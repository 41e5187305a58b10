package dev.river.job;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a job is stored. A field that is not set is taken from the next source: the options of the
 * call, then those of the class of arguments ({@link JobArgs#insertOpts}), then the client's or
 * River's default. Fields are replaced whole, never merged.
 *
 * <p>Immutable. Every setter checks its value at once.
 */
public final class InsertOpts {
  private static final InsertOpts DEFAULTS = builder().build();

  private final @Nullable String queue;
  private final @Nullable Integer priority;
  private final @Nullable Integer maxAttempts;
  private final @Nullable Instant scheduledAt;
  private final @Nullable Boolean pending;
  private final @Nullable List<String> tags;
  private final @Nullable Map<String, Object> metadata;
  private final @Nullable UniqueOpts unique;

  private InsertOpts(Builder builder) {
    this.queue = builder.queue;
    this.priority = builder.priority;
    this.maxAttempts = builder.maxAttempts;
    this.scheduledAt = builder.scheduledAt;
    this.pending = builder.pending;
    this.tags = builder.tags;
    this.metadata = builder.metadata;
    this.unique = builder.unique;
  }

  /** {@return options that set nothing} */
  public static InsertOpts defaults() {
    return DEFAULTS;
  }

  /** {@return a builder that sets nothing} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return these options, with each field that they don't set taken from others}
   *
   * @param others the options that count where these are silent
   */
  public InsertOpts or(InsertOpts others) {
    Builder merged = builder();
    merged.queue = queue != null ? queue : others.queue;
    merged.priority = priority != null ? priority : others.priority;
    merged.maxAttempts = maxAttempts != null ? maxAttempts : others.maxAttempts;
    merged.scheduledAt = scheduledAt != null ? scheduledAt : others.scheduledAt;
    merged.pending = pending != null ? pending : others.pending;
    merged.tags = tags != null ? tags : others.tags;
    merged.metadata = metadata != null ? metadata : others.metadata;
    merged.unique = unique != null ? unique : others.unique;
    return merged.build();
  }

  /** {@return the queue, if set} */
  public Optional<String> queue() {
    return Optional.ofNullable(queue);
  }

  /** {@return the priority, if set} */
  public OptionalInt priority() {
    return priority == null ? OptionalInt.empty() : OptionalInt.of(priority);
  }

  /** {@return how many attempts may begin, if set} */
  public OptionalInt maxAttempts() {
    return maxAttempts == null ? OptionalInt.empty() : OptionalInt.of(maxAttempts);
  }

  /** {@return when the job may be worked, if set} */
  public Optional<Instant> scheduledAt() {
    return Optional.ofNullable(scheduledAt);
  }

  /** {@return whether the job is set aside, if set} */
  public Optional<Boolean> pending() {
    return Optional.ofNullable(pending);
  }

  /** {@return the labels, if set; immutable} */
  public Optional<List<String>> tags() {
    return Optional.ofNullable(tags);
  }

  /** {@return the metadata, if set; immutable} */
  public Optional<Map<String, Object>> metadata() {
    return Optional.ofNullable(metadata);
  }

  /** {@return what makes the job unique, if set} */
  public Optional<UniqueOpts> unique() {
    return Optional.ofNullable(unique);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InsertOpts that && fields().equals(that.fields());
  }

  @Override
  public int hashCode() {
    return fields().hashCode();
  }

  /** {@return the fields that are set, by name; of metadata the names only} */
  @Override
  public String toString() {
    Map<String, Object> shown = fields();
    shown.computeIfPresent("metadata", (name, values) -> metadata().orElse(Map.of()).keySet());
    return "InsertOpts" + shown;
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, "queue", queue);
    put(fields, "priority", priority);
    put(fields, "maxAttempts", maxAttempts);
    put(fields, "scheduledAt", scheduledAt);
    put(fields, "pending", pending);
    put(fields, "tags", tags);
    put(fields, "metadata", metadata);
    put(fields, "unique", unique);
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private static final int MAX_MAX_ATTEMPTS = Short.MAX_VALUE;

    private @Nullable String queue;
    private @Nullable Integer priority;
    private @Nullable Integer maxAttempts;
    private @Nullable Instant scheduledAt;
    private @Nullable Boolean pending;
    private @Nullable List<String> tags;
    private @Nullable Map<String, Object> metadata;
    private @Nullable UniqueOpts unique;

    private Builder() {}

    /**
     * Names the queue that the job waits in. Default: {@code default}.
     *
     * @param queue a name that {@link Names#checkQueue} accepts
     * @return this builder
     * @throws IllegalArgumentException if the name breaks that rule
     */
    public Builder queue(String queue) {
      this.queue = Names.checkQueue(queue);
      return this;
    }

    /**
     * Sets the priority. Default: 1.
     *
     * @param priority 1 (worked first) to 4
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder priority(int priority) {
      if (priority < 1 || priority > 4) {
        throw new IllegalArgumentException("priority must be 1 to 4, got: " + priority);
      }
      this.priority = priority;
      return this;
    }

    /**
     * Sets how many attempts may begin before a failure is final. Default: 25, or what the client's
     * builder says.
     *
     * @param maxAttempts 1 to 32,767
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxAttempts(int maxAttempts) {
      if (maxAttempts < 1 || maxAttempts > MAX_MAX_ATTEMPTS) {
        throw new IllegalArgumentException(
            "maxAttempts must be 1 to %s, got: %s".formatted(MAX_MAX_ATTEMPTS, maxAttempts));
      }
      this.maxAttempts = maxAttempts;
      return this;
    }

    /**
     * Sets when the job may be worked. Default: at once. A time that has passed by the database's
     * clock counts as now.
     *
     * @param scheduledAt the time, in the years 1 to 9999; parts smaller than a microsecond are
     *     dropped
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder scheduledAt(Instant scheduledAt) {
      this.scheduledAt = InstantRange.check("scheduledAt", scheduledAt);
      return this;
    }

    /**
     * Sets the job aside: it is not worked until someone moves it on. Default: false.
     *
     * @param pending whether to set the job aside
     * @return this builder
     */
    public Builder pending(boolean pending) {
      this.pending = pending;
      return this;
    }

    /**
     * Sets the job's labels. Default: none.
     *
     * @param tags labels that {@link Names#checkTag} accepts
     * @return this builder
     * @throws IllegalArgumentException if one of them breaks that rule
     */
    public Builder tags(String... tags) {
      return tags(List.of(tags));
    }

    /**
     * Sets the job's labels. Default: none.
     *
     * @param tags labels that {@link Names#checkTag} accepts
     * @return this builder
     * @throws IllegalArgumentException if one of them breaks that rule
     */
    public Builder tags(Collection<String> tags) {
      tags.forEach(Names::checkTag);
      this.tags = List.copyOf(tags);
      return this;
    }

    /**
     * Sets what is kept with the job beside its arguments. Default: nothing.
     *
     * @param metadata values that Jackson can write, by name, up to 64 MB of JSON altogether. Names
     *     that start with {@code river:} are River's own.
     * @return this builder
     * @throws IllegalArgumentException if a name is River's own
     */
    public Builder metadata(Map<String, ?> metadata) {
      for (String name : metadata.keySet()) {
        if (Objects.requireNonNull(name, "a name in metadata").startsWith("river:")) {
          throw new IllegalArgumentException(
              "metadata names must not start with river:, got: " + name);
        }
      }
      this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
      return this;
    }

    /**
     * Sets what makes the job unique. Default: nothing.
     *
     * @param unique the options, which replace those of a class as a whole; {@link UniqueOpts#none}
     *     to have the job stored in any case
     * @return this builder
     */
    public Builder unique(UniqueOpts unique) {
      this.unique = Objects.requireNonNull(unique, "unique");
      return this;
    }

    /** {@return the options} */
    public InsertOpts build() {
      return new InsertOpts(this);
    }
  }
}
