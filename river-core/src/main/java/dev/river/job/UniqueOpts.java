package dev.river.job;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What makes a job unique. Two jobs are duplicates if they agree in all that these options name,
 * and in their kind unless that is excluded; the second one is not stored while the first one is in
 * one of the states of {@link Builder#byState}. Options that name nothing make a job not unique.
 *
 * <pre>{@code
 * UniqueOpts.builder().byArgs().byPeriod(Duration.ofDays(1)).build()
 * }</pre>
 *
 * <p>Immutable.
 */
public final class UniqueOpts {
  /** The states that a set of {@link Builder#byState} must contain. */
  public static final Set<JobState> REQUIRED_STATES =
      Collections.unmodifiableSet(
          EnumSet.of(JobState.AVAILABLE, JobState.PENDING, JobState.RUNNING, JobState.SCHEDULED));

  /** The states that count where {@link Builder#byState} doesn't say: all but the failed ones. */
  public static final Set<JobState> DEFAULT_STATES =
      Collections.unmodifiableSet(
          EnumSet.complementOf(EnumSet.of(JobState.CANCELLED, JobState.DISCARDED)));

  private static final UniqueOpts NONE = builder().build();

  private final boolean byArgs;
  private final @Nullable Duration byPeriod;
  private final boolean byQueue;
  private final @Nullable Set<JobState> byState;
  private final boolean excludeKind;

  private UniqueOpts(Builder builder) {
    this.byArgs = builder.byArgs;
    this.byPeriod = builder.byPeriod;
    this.byQueue = builder.byQueue;
    this.byState = builder.byState;
    this.excludeKind = builder.excludeKind;
  }

  /**
   * {@return options that make a job not unique} For a call that is to have its job stored in any
   * case, whatever the class of its arguments says.
   */
  public static UniqueOpts none() {
    return NONE;
  }

  /** {@return a builder that names nothing} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return whether duplicates have equal arguments} */
  public boolean byArgs() {
    return byArgs;
  }

  /** {@return the length of the periods of time in one of which duplicates lie, if set} */
  public Optional<Duration> byPeriod() {
    return Optional.ofNullable(byPeriod);
  }

  /** {@return whether duplicates lie in the same queue} */
  public boolean byQueue() {
    return byQueue;
  }

  /** {@return the states in which a job keeps duplicates away; immutable} */
  public Set<JobState> states() {
    return byState == null ? DEFAULT_STATES : byState;
  }

  /** {@return whether jobs of different kinds can be duplicates} */
  public boolean excludeKind() {
    return excludeKind;
  }

  /** {@return whether nothing is named, so that a job is not unique} */
  public boolean isEmpty() {
    return !byArgs && byPeriod == null && !byQueue && byState == null && !excludeKind;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UniqueOpts that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** {@return the options that are set} */
  @Override
  public String toString() {
    return "UniqueOpts{byArgs=%s, byPeriod=%s, byQueue=%s, byState=%s, excludeKind=%s}"
        .formatted(byArgs, byPeriod, byQueue, byState, excludeKind);
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private static final Duration SHORTEST_PERIOD = Duration.ofSeconds(1);

    private boolean byArgs;
    private @Nullable Duration byPeriod;
    private boolean byQueue;
    private @Nullable Set<JobState> byState;
    private boolean excludeKind;

    private Builder() {}

    /**
     * Lets only jobs be duplicates whose arguments are equal as JSON: all of them, or the
     * components that are marked with {@link Unique}. The order of a list or a set matters, that of
     * a map's entries doesn't.
     *
     * @return this builder
     */
    public Builder byArgs() {
      this.byArgs = true;
      return this;
    }

    /**
     * Lets only jobs be duplicates whose times lie in the same period. Time is divided into periods
     * of this length from the start of the year 1 in UTC, so an hour's begin at full hours and a
     * week's on Mondays. A job's time is its {@code scheduledAt}, or else that of its insertion by
     * the inserter's clock.
     *
     * @param period at least one second
     * @return this builder
     * @throws IllegalArgumentException if it is shorter
     */
    public Builder byPeriod(Duration period) {
      if (period.compareTo(SHORTEST_PERIOD) < 0) {
        throw new IllegalArgumentException("byPeriod must be at least 1 second, got: " + period);
      }
      this.byPeriod = period;
      return this;
    }

    /**
     * Lets only jobs be duplicates that are in the same queue.
     *
     * @return this builder
     */
    public Builder byQueue() {
      this.byQueue = true;
      return this;
    }

    /**
     * Sets the states in which a job keeps duplicates away. Default: {@link
     * UniqueOpts#DEFAULT_STATES}. Without completed, for example, a job may be inserted again as
     * soon as the first one is done.
     *
     * @param states states among which are {@link UniqueOpts#REQUIRED_STATES}
     * @return this builder
     * @throws IllegalArgumentException if one of those is missing
     */
    public Builder byState(Set<JobState> states) {
      Set<JobState> missing = new TreeSet<>(REQUIRED_STATES);
      missing.removeAll(states);
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "byState must contain %s, got: %s, without %s"
                .formatted(REQUIRED_STATES, new TreeSet<>(states), missing));
      }
      this.byState = Collections.unmodifiableSet(EnumSet.copyOf(states));
      return this;
    }

    /**
     * Lets jobs of different kinds be duplicates. Something else must be named too.
     *
     * @return this builder
     */
    public Builder excludeKind() {
      this.excludeKind = true;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException if the kind is excluded and nothing else tells jobs apart
     */
    public UniqueOpts build() {
      if (excludeKind && !byArgs && byPeriod == null && !byQueue) {
        throw new IllegalArgumentException(
            "excludeKind must come with byArgs, byPeriod or byQueue: alone it makes all jobs"
                + " duplicates of each other");
      }
      return new UniqueOpts(this);
    }
  }
}
