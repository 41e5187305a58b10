package dev.river.internal.maintain;

import dev.river.internal.store.Database;
import dev.river.internal.store.LeaderStore;
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
import java.util.function.Supplier;

/**
 * Inserts the jobs of those periodic jobs that have no id, as long as its client leads. When they
 * are due is known here only, and forgotten with the term. Owned by one thread.
 */
final class LeaderRuns {
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);

  private final Database database;
  private final PeriodicInserter inserter;
  private final Supplier<Optional<Long>> leading;
  private final Consumer<Set<String>> wakeQueues;
  private final Map<PeriodicJob, Plan> plans = new HashMap<>(); // they have no equals of their own
  private final Retries retries;
  private Optional<Long> term = Optional.empty();

  LeaderRuns(
      String clientId,
      Database database,
      PeriodicInserter inserter,
      Supplier<Optional<Long>> leading,
      Consumer<Set<String>> wakeQueues) {
    this.database = database;
    this.inserter = inserter;
    this.leading = leading;
    this.wakeQueues = wakeQueues;
    this.retries = new Retries(clientId);
  }

  private record Plan(Optional<Instant> next, OptionalLong lastJobId) {}

  /** {@return how long to rest at most, until the next of them is due} */
  Duration run(List<PeriodicJob> jobs, Duration longestRest) {
    Optional<Long> present = leading.get();
    if (!present.equals(term)) {
      plans.clear();
      term = present;
    }
    plans.keySet().retainAll(jobs);
    if (term.isEmpty() || jobs.isEmpty()) {
      return longestRest;
    }
    Instant now = database.call(inserter.store()::now);
    Duration rest = longestRest;
    for (PeriodicJob job : jobs) {
      if (retries.mayTry(job)) {
        Duration own = retries.guarded(job, () -> run(job, now, longestRest), longestRest);
        rest = own.compareTo(rest) < 0 ? own : rest;
      }
    }
    return rest;
  }

  private Duration run(PeriodicJob job, Instant now, Duration longestRest) {
    Plan plan =
        plans.computeIfAbsent(
            job, unplanned -> new Plan(DueRuns.first(job, now), OptionalLong.empty()));
    if (plan.next().isEmpty()) {
      return longestRest;
    }
    if (plan.next().get().isAfter(now)) {
      return Duration.between(now, plan.next().get());
    }
    DueRuns due = DueRuns.of(job, plan.next().get(), Instant.MIN, now);
    List<StoredJob> stored =
        database.callWithin(
            STATEMENT_LIMIT,
            db ->
                LeaderStore.isTerm(db, term.orElseThrow())
                    ? inserter.runAll(db, job, due, plan.lastJobId())
                    : List.of());
    OptionalLong last =
        stored.isEmpty() ? plan.lastJobId() : OptionalLong.of(stored.getLast().row().id());
    plans.put(job, new Plan(due.next(), last));
    wakeQueues.accept(StoredJob.queuesWithWork(stored));
    return Duration.ZERO;
  }
}
