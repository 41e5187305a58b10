package dev.river.work;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long jobs are kept that have ended; then they are deleted. Jobs that have not ended are never
 * deleted, however old they are. Immutable.
 */
public final class Retention {
  /** Longer than anybody needs, and short enough for every database to count back. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final @Nullable Duration completed;
  private final @Nullable Duration cancelled;
  private final @Nullable Duration discarded;

  private Retention(Builder builder) {
    this.completed = builder.completed;
    this.cancelled = builder.cancelled;
    this.discarded = builder.discarded;
  }

  /** {@return a builder whose every setting has its default} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return what holds where nobody says anything: a day, but a week for discarded jobs} */
  public static Retention defaults() {
    return builder().build();
  }

  /** {@return how long completed jobs are kept; empty for ever} */
  public Optional<Duration> completed() {
    return Optional.ofNullable(completed);
  }

  /** {@return how long cancelled jobs are kept; empty for ever} */
  public Optional<Duration> cancelled() {
    return Optional.ofNullable(cancelled);
  }

  /** {@return how long discarded jobs are kept; empty for ever} */
  public Optional<Duration> discarded() {
    return Optional.ofNullable(discarded);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Retention that
        && Objects.equals(completed, that.completed)
        && Objects.equals(cancelled, that.cancelled)
        && Objects.equals(discarded, that.discarded);
  }

  @Override
  public int hashCode() {
    return Objects.hash(completed, cancelled, discarded);
  }

  @Override
  public String toString() {
    return "Retention[completed=%s, cancelled=%s, discarded=%s]"
        .formatted(text(completed), text(cancelled), text(discarded));
  }

  private static String text(@Nullable Duration time) {
    return time == null ? "for ever" : time.toString();
  }

  /** Collects how long jobs are kept. Not safe for use by several threads. */
  public static final class Builder {
    private @Nullable Duration completed = Duration.ofDays(1);
    private @Nullable Duration cancelled = Duration.ofDays(1);
    private @Nullable Duration discarded = Duration.ofDays(7);

    private Builder() {}

    /**
     * Sets how long completed jobs are kept. Default: 24 hours.
     *
     * @param time zero to 36,500 days; zero deletes them as soon as it is looked
     * @return this builder
     */
    public Builder completed(Duration time) {
      this.completed = Objects.requireNonNull(time, "completed");
      return this;
    }

    /** {@return this builder, with completed jobs kept for ever} */
    public Builder keepCompletedForEver() {
      this.completed = null;
      return this;
    }

    /**
     * Sets how long cancelled jobs are kept. Default: 24 hours.
     *
     * @param time zero to 36,500 days; zero deletes them as soon as it is looked
     * @return this builder
     */
    public Builder cancelled(Duration time) {
      this.cancelled = Objects.requireNonNull(time, "cancelled");
      return this;
    }

    /** {@return this builder, with cancelled jobs kept for ever} */
    public Builder keepCancelledForEver() {
      this.cancelled = null;
      return this;
    }

    /**
     * Sets how long discarded jobs are kept, which failed as often as they may. Default: 7 days.
     *
     * @param time zero to 36,500 days; zero deletes them as soon as it is looked
     * @return this builder
     */
    public Builder discarded(Duration time) {
      this.discarded = Objects.requireNonNull(time, "discarded");
      return this;
    }

    /** {@return this builder, with discarded jobs kept for ever} */
    public Builder keepDiscardedForEver() {
      this.discarded = null;
      return this;
    }

    /**
     * {@return how long jobs are kept}
     *
     * @throws IllegalArgumentException if a time is out of its range
     */
    public Retention build() {
      check("Completed", completed);
      check("Cancelled", cancelled);
      check("Discarded", discarded);
      return new Retention(this);
    }

    private static void check(String state, @Nullable Duration time) {
      if (time != null && (time.isNegative() || time.compareTo(LONGEST) > 0)) {
        throw new IllegalArgumentException(
            "the retention of %s jobs must be 0 to 36500 days, or keep%sForEver(), got: %s"
                .formatted(state.toLowerCase(Locale.ROOT), state, time));
      }
    }
  }
}
