package dev.river.internal.maintain;

import dev.river.internal.store.Database;
import dev.river.internal.store.StoredJob;
import dev.river.periodic.PeriodicJob;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Inserts the jobs of those periodic jobs that have no id, as long as its client leads. When they
 * are due is known here only, and forgotten with the term. Owned by one thread.
 */
final class LeaderRuns {
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);

  private final Database database;
  private final PeriodicInserter inserter;
  private final Leadership leadership;
  private final Consumer<Set<String>> wakeQueues;
  private final Map<PeriodicJob, Plan> plans = new HashMap<>(); // they have no equals of their own
  private final Retries retries;
  private Optional<Long> term = Optional.empty();

  LeaderRuns(
      Database database,
      PeriodicInserter inserter,
      Leadership leadership,
      Consumer<Set<String>> wakeQueues,
      Retries retries) {
    this.database = database;
    this.inserter = inserter;
    this.leadership = leadership;
    this.wakeQueues = wakeQueues;
    this.retries = retries;
  }

  private record Plan(Optional<Instant> next, OptionalLong lastJobId) {}

  /** {@return how long to rest at most, until the next of them is due} */
  Duration run(List<PeriodicJob> jobs, Duration longestRest) {
    Optional<Instant> present = presentOfTerm(jobs);
    if (present.isEmpty()) {
      return longestRest;
    }
    Instant now = present.get();
    Duration rest = longestRest;
    for (PeriodicJob job : jobs) {
      if (retries.mayTry(job)) {
        Duration own = retries.guarded(job, () -> run(job, now, longestRest), longestRest);
        rest = own.compareTo(rest) < 0 ? own : rest;
      }
    }
    return rest;
  }

  /** Plans the first runs of those that have none. */
  void plan(List<PeriodicJob> jobs) {
    presentOfTerm(jobs)
        .ifPresent(
            now ->
                jobs.stream()
                    .filter(retries::mayTry)
                    .forEach(job -> retries.guarded(job, () -> planned(job, now), Duration.ZERO)));
  }

  /** {@return when they are due next, those that are planned} */
  Stream<Instant> nextRuns() {
    return plans.values().stream().flatMap(plan -> plan.next().stream());
  }

  /** {@return the present; empty if there is nothing to do, or the client does not lead} */
  private Optional<Instant> presentOfTerm(List<PeriodicJob> jobs) {
    Optional<Long> present = leadership.term();
    if (!present.equals(term)) {
      plans.clear();
      term = present;
    }
    plans.keySet().retainAll(jobs);
    return term.isEmpty() || jobs.isEmpty()
        ? Optional.empty()
        : Optional.of(database.call(inserter.store()::now));
  }

  private Duration planned(PeriodicJob job, Instant now) {
    planOf(job, now);
    return Duration.ZERO;
  }

  private Plan planOf(PeriodicJob job, Instant now) {
    return plans.computeIfAbsent(
        job, unplanned -> new Plan(DueRuns.first(job, now), OptionalLong.empty()));
  }

  private Duration run(PeriodicJob job, Instant now, Duration longestRest) {
    Plan plan = planOf(job, now);
    if (plan.next().isEmpty()) {
      return longestRest;
    }
    if (plan.next().get().isAfter(now)) {
      return Duration.between(now, plan.next().get());
    }
    DueRuns due = DueRuns.of(job, plan.next().get(), Instant.MIN, now);
    List<StoredJob> stored =
        database.callBriefly(
            STATEMENT_LIMIT,
            db ->
                leadership.lasts(db, term.orElseThrow())
                    ? inserter.runAll(db, job, due, plan.lastJobId())
                    : List.of());
    OptionalLong last =
        stored.isEmpty() ? plan.lastJobId() : OptionalLong.of(stored.getLast().row().id());
    plans.put(job, new Plan(due.next(), last));
    wakeQueues.accept(StoredJob.queuesWithWork(stored));
    return Duration.ZERO;
  }
}
