package dev.river.job;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is about to be inserted: its arguments encoded, its options resolved from those of
 * the call, of its class and of the client. Extensions see it, and may insert another one in its
 * place that differs in everything but the kind.
 *
 * <p>Immutable.
 */
public final class JobInsertParams {
  private static final String DEFAULT_QUEUE = "default";
  private static final int DEFAULT_PRIORITY = 1;
  private static final int DEFAULT_MAX_ATTEMPTS = 25;

  private final String kind;
  private final String encodedArgs;
  private final InsertOpts opts;

  private JobInsertParams(String kind, String encodedArgs, InsertOpts opts) {
    this.kind = kind;
    this.encodedArgs = encodedArgs;
    this.opts = opts;
  }

  /**
   * {@return a job that is about to be inserted} A client makes them itself; this is for tests of
   * extensions.
   *
   * @param kind a name that {@link Names#checkKind} accepts
   * @param encodedArgs its arguments, a JSON object
   * @param opts its options; what they don't set is River's default, and what makes the job unique
   *     is left out
   * @throws IllegalArgumentException if the kind breaks that rule
   */
  public static JobInsertParams of(String kind, String encodedArgs, InsertOpts opts) {
    return new JobInsertParams(
        Names.checkKind(kind), Objects.requireNonNull(encodedArgs, "encodedArgs"), opts);
  }

  /** {@return which worker it is for} */
  public String kind() {
    return kind;
  }

  /** {@return its arguments, a JSON object} */
  public String encodedArgs() {
    return encodedArgs;
  }

  /** {@return the queue that it will wait in} */
  public String queue() {
    return opts.queue().orElse(DEFAULT_QUEUE);
  }

  /** {@return 1 (worked first) to 4} */
  public int priority() {
    return opts.priority().orElse(DEFAULT_PRIORITY);
  }

  /** {@return how many attempts may begin before a failure is final} */
  public int maxAttempts() {
    return opts.maxAttempts().orElse(DEFAULT_MAX_ATTEMPTS);
  }

  /** {@return when it may be worked; empty for at once} */
  public Optional<Instant> scheduledAt() {
    return opts.scheduledAt();
  }

  /** {@return whether it is set aside until someone moves it on} */
  public boolean pending() {
    return opts.pending().orElse(false);
  }

  /** {@return its labels; immutable} */
  public List<String> tags() {
    return opts.tags().orElse(List.of());
  }

  /**
   * {@return what is kept with it beside its arguments, values that Jackson can write by name;
   * immutable}
   */
  public Map<String, Object> metadata() {
    return opts.metadata().orElse(Map.of());
  }

  /** {@return a builder that begins with this job} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobInsertParams that && fields().equals(that.fields());
  }

  @Override
  public int hashCode() {
    return fields().hashCode();
  }

  /** {@return what is to be stored, without the arguments, and of metadata the names only} */
  @Override
  public String toString() {
    Map<String, Object> shown = fields();
    shown.remove("encodedArgs");
    shown.put("metadata", metadata().keySet());
    return "JobInsertParams" + shown;
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    fields.put("encodedArgs", encodedArgs);
    fields.put("queue", queue());
    fields.put("priority", priority());
    fields.put("maxAttempts", maxAttempts());
    scheduledAt().ifPresent(time -> fields.put("scheduledAt", time));
    fields.put("pending", pending());
    fields.put("tags", tags());
    fields.put("metadata", metadata());
    return fields;
  }

  /**
   * Changes a job that is about to be inserted. Its setters have the rules of {@link
   * InsertOpts.Builder}. Not safe for use by several threads.
   */
  public static final class Builder {
    private final JobInsertParams original;
    private final InsertOpts.Builder changes = InsertOpts.builder();
    private String encodedArgs;
    private Map<String, ?> metadata;

    private Builder(JobInsertParams original) {
      this.original = original;
      this.encodedArgs = original.encodedArgs;
      this.metadata = original.metadata();
    }

    /**
     * Replaces the arguments.
     *
     * @param encodedArgs a JSON object. The client checks that, and refuses the job if it is
     *     something else.
     * @return this builder
     */
    public Builder encodedArgs(String encodedArgs) {
      this.encodedArgs = Objects.requireNonNull(encodedArgs, "encodedArgs");
      return this;
    }

    /**
     * Moves the job to another queue.
     *
     * @param queue a name that {@link Names#checkQueue} accepts
     * @return this builder
     * @throws IllegalArgumentException if the name breaks that rule
     */
    public Builder queue(String queue) {
      changes.queue(queue);
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
      changes.priority(priority);
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
      changes.maxAttempts(maxAttempts);
      return this;
    }

    /**
     * Changes when the job may be worked.
     *
     * @param scheduledAt the time, in the years 1 to 9999; one that has passed for at once
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder scheduledAt(Instant scheduledAt) {
      changes.scheduledAt(scheduledAt);
      return this;
    }

    /**
     * Changes whether the job is set aside.
     *
     * @param pending whether to set the job aside
     * @return this builder
     */
    public Builder pending(boolean pending) {
      changes.pending(pending);
      return this;
    }

    /**
     * Replaces the labels.
     *
     * @param tags labels that {@link Names#checkTag} accepts
     * @return this builder
     * @throws IllegalArgumentException if one of them breaks that rule
     */
    public Builder tags(Collection<String> tags) {
      changes.tags(tags);
      return this;
    }

    /**
     * Replaces the metadata as a whole.
     *
     * @param metadata values that Jackson can write, by name. Names that start with {@code river:}
     *     are River's own.
     * @return this builder
     * @throws IllegalArgumentException if a name is River's own
     */
    public Builder metadata(Map<String, ?> metadata) {
      changes.metadata(metadata);
      this.metadata = new LinkedHashMap<>(metadata);
      return this;
    }

    /**
     * Adds a value to the metadata, or replaces the one of that name.
     *
     * @param name its name; not one that starts with {@code river:}, which are River's own
     * @param value anything that Jackson can write
     * @return this builder
     * @throws IllegalArgumentException if the name is River's own
     */
    public Builder metadata(String name, @Nullable Object value) {
      Map<String, @Nullable Object> all = new LinkedHashMap<>(metadata);
      all.put(name, value);
      return metadata(all);
    }

    /** {@return the job} */
    public JobInsertParams build() {
      return new JobInsertParams(original.kind, encodedArgs, changes.build().or(original.opts));
    }
  }
}
