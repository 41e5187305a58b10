package dev.river.query;

import dev.river.job.JobState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs, in which order, and how many of them. A job is meant if all filters that are set let
 * it through.
 *
 * <pre>{@code
 * JobQuery.builder().kinds("mail").states(DISCARDED).orderBy(FINALIZED_AT).descending().build()
 * }</pre>
 *
 * <p>Immutable: one query can be used any number of times.
 */
public final class JobQuery {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final List<JobState> FINAL_STATES =
      Stream.of(JobState.values()).filter(JobState::isFinal).toList();

  private final @Nullable List<Long> ids;
  private final @Nullable List<String> kinds;
  private final @Nullable List<String> queues;
  private final @Nullable List<JobState> states;
  private final @Nullable List<Integer> priorities;
  private final @Nullable List<String> tagsAny;
  private final @Nullable List<String> tagsAll;
  private final @Nullable Map<String, Object> metadata;
  private final List<Condition> conditions;
  private final boolean all;
  private final JobOrder order;
  private final boolean descending;
  private final int limit;
  private final @Nullable JobCursor after;

  private JobQuery(Builder builder, @Nullable List<JobState> states) {
    this.ids = builder.ids;
    this.kinds = builder.kinds;
    this.queues = builder.queues;
    this.states = states;
    this.priorities = builder.priorities;
    this.tagsAny = builder.tagsAny;
    this.tagsAll = builder.tagsAll;
    this.metadata = builder.metadata;
    this.conditions = List.copyOf(builder.conditions);
    this.all = builder.all;
    this.order = builder.order;
    this.descending = builder.descending;
    this.limit = builder.limit;
    this.after = builder.after;
  }

  /** {@return a builder of queries} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return a query for every job} An operation that changes many jobs takes it as consent; a
   * query that has merely no filter is refused.
   */
  public static JobQuery all() {
    return builder().all().build();
  }

  /** {@return a builder that begins with what this query says} */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.ids = ids;
    copy.kinds = kinds;
    copy.queues = queues;
    copy.states = states;
    copy.priorities = priorities;
    copy.tagsAny = tagsAny;
    copy.tagsAll = tagsAll;
    copy.metadata = metadata;
    copy.conditions.addAll(conditions);
    copy.all = all;
    copy.order = order;
    copy.descending = descending;
    copy.limit = limit;
    copy.after = after;
    return copy;
  }

  /** {@return the numbers, if set} */
  public Optional<List<Long>> ids() {
    return Optional.ofNullable(ids);
  }

  /** {@return the kinds, if set} */
  public Optional<List<String>> kinds() {
    return Optional.ofNullable(kinds);
  }

  /** {@return the queues, if set} */
  public Optional<List<String>> queues() {
    return Optional.ofNullable(queues);
  }

  /** {@return the states, if set; for the order by final time the final ones} */
  public Optional<List<JobState>> states() {
    return Optional.ofNullable(states);
  }

  /** {@return the priorities, if set} */
  public Optional<List<Integer>> priorities() {
    return Optional.ofNullable(priorities);
  }

  /** {@return the tags of which a job has at least one, if set} */
  public Optional<List<String>> tagsAny() {
    return Optional.ofNullable(tagsAny);
  }

  /** {@return the tags that a job has all of, if set} */
  public Optional<List<String>> tagsAll() {
    return Optional.ofNullable(tagsAll);
  }

  /** {@return what the metadata contains, if set} */
  public Optional<Map<String, Object>> metadata() {
    return Optional.ofNullable(metadata);
  }

  /** {@return the further conditions, all of which hold} */
  public List<Condition> conditions() {
    return conditions;
  }

  /** {@return whether every job is meant, and that was said} */
  public boolean isAll() {
    return all;
  }

  /** {@return whether nothing restricts which jobs are meant} */
  public boolean isUnfiltered() {
    return Stream.of(ids(), kinds(), queues(), states(), priorities(), tagsAny(), metadata())
            .allMatch(Optional::isEmpty)
        && tagsAll().filter(tags -> !tags.isEmpty()).isEmpty()
        && conditions.isEmpty();
  }

  /** {@return what the list is sorted by} */
  public JobOrder order() {
    return order;
  }

  /** {@return whether the list is sorted downwards} */
  public boolean isDescending() {
    return descending;
  }

  /** {@return how many jobs are on a page at most} */
  public int limit() {
    return limit;
  }

  /** {@return where the page begins, if not at the beginning} */
  public Optional<JobCursor> after() {
    return Optional.ofNullable(after);
  }

  /**
   * Collects a query. Each setter replaces what was set before, except {@link #where}. A filter
   * that is set to no values lets no job through. Not safe for use by several threads.
   */
  public static final class Builder {
    private @Nullable List<Long> ids;
    private @Nullable List<String> kinds;
    private @Nullable List<String> queues;
    private @Nullable List<JobState> states;
    private @Nullable List<Integer> priorities;
    private @Nullable List<String> tagsAny;
    private @Nullable List<String> tagsAll;
    private @Nullable Map<String, Object> metadata;
    private final List<Condition> conditions = new ArrayList<>();
    private boolean all;
    private JobOrder order = JobOrder.ID;
    private boolean descending;
    private int limit = DEFAULT_LIMIT;
    private @Nullable JobCursor after;

    private Builder() {}

    /**
     * Asks for jobs of these numbers.
     *
     * @param ids the numbers
     * @return this builder
     */
    public Builder ids(long... ids) {
      this.ids = LongStream.of(ids).boxed().toList();
      return this;
    }

    /**
     * Asks for jobs of these numbers.
     *
     * @param ids the numbers
     * @return this builder
     */
    public Builder ids(Collection<Long> ids) {
      this.ids = List.copyOf(ids);
      return this;
    }

    /**
     * Asks for jobs of these kinds.
     *
     * @param kinds the kinds
     * @return this builder
     */
    public Builder kinds(String... kinds) {
      this.kinds = List.of(kinds);
      return this;
    }

    /**
     * Asks for jobs in these queues.
     *
     * @param queues the queues
     * @return this builder
     */
    public Builder queues(String... queues) {
      this.queues = List.of(queues);
      return this;
    }

    /**
     * Asks for jobs in these states. Default: all, or the final ones in the order of {@link
     * JobOrder#FINALIZED_AT}.
     *
     * @param states the states; the first one decides what {@link JobOrder#TIME} is
     * @return this builder
     */
    public Builder states(JobState... states) {
      this.states = List.of(states);
      return this;
    }

    /**
     * Asks for jobs of these priorities.
     *
     * @param priorities the priorities, 1 to 4
     * @return this builder
     */
    public Builder priorities(int... priorities) {
      this.priorities = IntStream.of(priorities).boxed().toList();
      return this;
    }

    /**
     * Asks for jobs with at least one of these tags.
     *
     * @param tags the tags
     * @return this builder
     */
    public Builder tagsAny(String... tags) {
      this.tagsAny = List.of(tags);
      return this;
    }

    /**
     * Asks for jobs with all of these tags; every job has all of none.
     *
     * @param tags the tags
     * @return this builder
     */
    public Builder tagsAll(String... tags) {
      this.tagsAll = List.of(tags);
      return this;
    }

    /**
     * Asks for jobs whose metadata contains a fragment, in the sense of PostgreSQL's operator
     * {@code @>}.
     *
     * @param fragment values that Jackson can write, by name
     * @return this builder
     */
    public Builder metadata(Map<String, ?> fragment) {
      this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(fragment));
      return this;
    }

    /**
     * Asks for jobs that also fulfil a condition, beside those that were set before.
     *
     * @param condition a condition on jOOQ's generated table {@code RIVER_JOB}, or on its columns
     *     by their plain names. Never make one by putting text from outside into SQL.
     * @return this builder
     */
    public Builder where(Condition condition) {
      conditions.add(Objects.requireNonNull(condition, "condition"));
      return this;
    }

    /**
     * Says that every job is meant. It can't stand beside a filter.
     *
     * @return this builder
     */
    public Builder all() {
      this.all = true;
      return this;
    }

    /**
     * Sets what the list is sorted by. Default: the number.
     *
     * @param order the order
     * @return this builder
     */
    public Builder orderBy(JobOrder order) {
      this.order = Objects.requireNonNull(order, "order");
      return this;
    }

    /**
     * Sorts downwards: the largest number or the newest time comes first.
     *
     * @return this builder
     */
    public Builder descending() {
      this.descending = true;
      return this;
    }

    /**
     * Sorts upwards, as by default.
     *
     * @return this builder
     */
    public Builder ascending() {
      this.descending = false;
      return this;
    }

    /**
     * Sets how many jobs are on a page at most. Default: 100.
     *
     * @param limit 1 to 10,000
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder limit(int limit) {
      if (limit < 1 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException(
            "limit must be 1 to %s, got: %s".formatted(MAX_LIMIT, limit));
      }
      this.limit = limit;
      return this;
    }

    /**
     * Begins behind the last job of a page. The filters and the order must be those of that page.
     *
     * @param cursor what came with that page
     * @return this builder
     */
    public Builder after(JobCursor cursor) {
      this.after = Objects.requireNonNull(cursor, "cursor");
      return this;
    }

    /**
     * {@return the query}
     *
     * @throws IllegalArgumentException if every job is asked for and a filter is set, or if states
     *     that aren't final are asked for in the order of their final time
     */
    public JobQuery build() {
      @Nullable List<JobState> effective = states;
      if (order == JobOrder.FINALIZED_AT && !all) {
        effective = states == null ? FINAL_STATES : states;
      }
      JobQuery query = new JobQuery(this, effective);
      if (all && !query.isUnfiltered()) {
        throw new IllegalArgumentException("all() must not stand beside a filter");
      }
      if (order == JobOrder.FINALIZED_AT
          && !(effective != null && effective.stream().allMatch(JobState::isFinal))) {
        throw new IllegalArgumentException(
            "the order by finalized_at needs final states only, got: "
                + (effective == null ? "all" : effective));
      }
      return query;
    }
  }
}
