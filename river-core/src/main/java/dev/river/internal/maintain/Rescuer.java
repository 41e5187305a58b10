package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Halving;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.RefusedRows;
import dev.river.internal.store.RowFaults;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the attempts of jobs that nobody runs any more. It writes what the clients that claimed them
 * would write, and as they do only for the attempt that it has seen: whoever brings an attempt to
 * an end first counts.
 */
final class Rescuer {
  private static final Logger LOG = LoggerFactory.getLogger(Rescuer.class);

  private static final String DUTY = "rescuer";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Supplier<Instant> oldest;
  private final JobResults results;
  private final Notifications notifications;
  private final Consumer<Set<String>> wakeQueues;
  private final BatchSize batches = new BatchSize(1_000);

  private final RefusedRows refused = new RefusedRows(LOG, "can't be rescued and stays running");

  /**
   * Creates it. Belongs to one thread.
   *
   * @param oldest before which no attempt began that still runs
   * @param results ends attempts
   * @param notifications tells the other clients of work
   * @param wakeQueues tells the producers of this client
   */
  Rescuer(
      Supplier<Instant> oldest,
      JobResults results,
      Notifications notifications,
      Consumer<Set<String>> wakeQueues) {
    this.oldest = oldest;
    this.results = results;
    this.notifications = notifications;
    this.wakeQueues = wakeQueues;
  }

  /**
   * Rescues every job that a search finds, in batches.
   *
   * @param gate whose turn it is
   * @param search which jobs
   */
  void rescue(UpkeepGate gate, RescueSearch search) {
    var start = new JobRescues.Start(oldest.get());
    List<JobRow> found;
    int size;
    do {
      size = batches.current();
      found = rescueSome(gate, search, start);
      start = start.behind(found);
    } while (found.size() == size);
  }

  private List<JobRow> rescueSome(UpkeepGate gate, RescueSearch search, JobRescues.Start start) {
    Optional<List<JobRow>> found;
    try {
      found = batches.run(size -> pass(gate, search, start, size, this::store));
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      // One that can't be read or changed doesn't keep the others from being rescued.
      found = pass(gate, search, start.careful(), batches.current(), this::storeEach);
    }
    found.ifPresent(rows -> wakeQueues.accept(queues(rows)));
    return found.orElse(List.of());
  }

  /** How the ends of attempts are stored. */
  private interface Storing {
    /** {@return the jobs whose attempts have ended by that} */
    List<Long> store(DSLContext db, List<FinishedAttempt> ended);
  }

  private Optional<List<JobRow>> pass(
      UpkeepGate gate, RescueSearch search, JobRescues.Start start, int size, Storing storing) {
    return gate.pass(
        DUTY,
        LIMIT,
        db -> {
          List<JobRow> rows = search.find(db, start, size);
          end(db, rows.stream().flatMap(row -> search.rescue(row).stream()).toList(), storing);
          return rows;
        });
  }

  private void end(DSLContext db, List<FinishedAttempt> ended, Storing storing) {
    Set<Long> rescued = new HashSet<>(storing.store(db, ended));
    Set<String> queues = new TreeSet<>();
    ended.stream()
        .map(FinishedAttempt::job)
        .filter(job -> rescued.contains(job.id()))
        .forEach(
            job -> {
              LOG.info(
                  "job {} (kind {}): rescued from client {}", job.id(), job.kind(), owner(job));
              queues.add(job.queue());
            });
    if (!queues.isEmpty()) {
      notifications.announce(db, queues);
    }
  }

  /** Returns only numbers: what is large in a row, or can't be read, is none of its concern. */
  private List<Long> store(DSLContext db, List<FinishedAttempt> ended) {
    Map<String, List<FinishedAttempt>> byOwner =
        ended.stream().collect(Collectors.groupingBy(rescue -> owner(rescue.job())));
    List<Long> rescued = new ArrayList<>();
    byOwner.forEach((owner, some) -> rescued.addAll(results.store(db, owner, some)));
    return rescued;
  }

  private List<Long> storeEach(DSLContext db, List<FinishedAttempt> ended) {
    return Halving.run(
        db, ended, some -> store(db, some), (one, why) -> refused.add(one.job().id(), why));
  }

  private static String owner(JobRow row) {
    return row.attemptedBy().isEmpty() ? "" : row.attemptedBy().getLast();
  }

  private static Set<String> queues(List<JobRow> rows) {
    return rows.stream().map(JobRow::queue).collect(Collectors.toCollection(TreeSet::new));
  }
}
