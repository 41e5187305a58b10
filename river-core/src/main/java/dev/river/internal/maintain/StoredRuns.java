package dev.river.internal.maintain;

import dev.river.internal.store.Database;
import dev.river.internal.store.PeriodicJobStore;
import dev.river.internal.store.PeriodicJobStore.Planned;
import dev.river.internal.store.StoredJob;
import dev.river.periodic.PeriodicJob;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inserts the jobs of those periodic jobs that have an id. Whichever client comes first locks the
 * row of one that is due, inserts its job and plans its next run, all in one transaction; the
 * others pass it over. Owned by one thread.
 */
final class StoredRuns {
  private static final Logger LOG = LoggerFactory.getLogger(StoredRuns.class);
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);
  private static final Duration WHILE_ANOTHER_IS_AT_IT = Duration.ofMillis(50);

  private final String clientId;
  private final Database database;
  private final PeriodicInserter inserter;
  private final PeriodicJobStore store;
  private final Consumer<Set<String>> wakeQueues;

  /** With the text of the schedule as it was then. The jobs have no equals of their own. */
  private final Map<PeriodicJob, String> takenUp = new HashMap<>();

  private final Retries retries;

  StoredRuns(
      String clientId,
      Database database,
      PeriodicInserter inserter,
      Consumer<Set<String>> wakeQueues,
      Retries retries) {
    this.clientId = clientId;
    this.database = database;
    this.inserter = inserter;
    this.store = inserter.store();
    this.wakeQueues = wakeQueues;
    this.retries = retries;
  }

  /** Makes rows for those that have none, and plans anew where a schedule has changed. */
  void takeUp(List<PeriodicJob> jobs) {
    takenUp.keySet().retainAll(jobs);
    for (PeriodicJob job : jobs) {
      if (!takenUp.containsKey(job) && retries.mayTry(job)) {
        retries.guarded(job, () -> takeUp(job), Duration.ZERO);
      }
    }
  }

  private Duration takeUp(PeriodicJob job) {
    String id = job.id().orElseThrow();
    String schedule = job.schedule().text();
    Instant now = database.call(store::now);
    Instant first = DueRuns.first(job, now).orElse(null);
    if (!database.<Boolean>callBriefly(
        STATEMENT_LIMIT, db -> store.create(db, id, schedule, first))) {
      Instant next = DueRuns.after(job.schedule(), now).orElse(null);
      if (database.<Boolean>callBriefly(
          STATEMENT_LIMIT, db -> store.reschedule(db, id, schedule, next))) {
        LOG.info("client {}: periodic job {} has a new schedule, next run {}", clientId, job, next);
      }
    }
    takenUp.put(job, schedule);
    return Duration.ZERO;
  }

  /** {@return the next runs of those that are not paused, by id} */
  Map<String, Planned> planned(List<PeriodicJob> jobs) {
    Map<String, String> schedules =
        jobs.stream()
            .filter(takenUp::containsKey)
            .collect(Collectors.toMap(job -> job.id().orElseThrow(), takenUp::get));
    return schedules.isEmpty() ? Map.of() : database.call(db -> store.planned(db, schedules));
  }

  /** {@return how long to rest at most, until the next of them is due} */
  Duration run(List<PeriodicJob> jobs, Map<String, Planned> planned, Duration longestRest) {
    Duration rest = longestRest;
    for (PeriodicJob job : jobs) {
      Planned plan = planned.get(job.id().orElseThrow());
      if (plan == null || !retries.mayTry(job)) {
        continue;
      }
      if (plan.nextRunAt().isAfter(plan.now())) {
        rest = shorter(rest, Duration.between(plan.now(), plan.nextRunAt()));
      } else {
        rest = shorter(rest, retries.guarded(job, () -> runDue(job), longestRest));
      }
    }
    return rest;
  }

  private Duration runDue(PeriodicJob job) {
    Optional<List<StoredJob>> stored = database.callBriefly(STATEMENT_LIMIT, db -> runDue(db, job));
    wakeQueues.accept(StoredJob.queuesWithWork(stored.orElse(List.of())));
    return stored.isPresent() ? Duration.ZERO : WHILE_ANOTHER_IS_AT_IT;
  }

  private Optional<List<StoredJob>> runDue(DSLContext db, PeriodicJob job) {
    String id = job.id().orElseThrow();
    return store
        .lockDue(db, id, job.schedule().text())
        .map(
            locked -> {
              DueRuns due =
                  DueRuns.of(
                      job,
                      locked.nextRunAt().orElseThrow(),
                      locked.resumedAt().orElse(Instant.MIN),
                      locked.now());
              List<StoredJob> stored = inserter.runAll(db, job, due, locked.lastJobId());
              store.plan(db, id, due.next().orElse(null));
              return stored;
            });
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
