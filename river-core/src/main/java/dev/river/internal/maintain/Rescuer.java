package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Notifications;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
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

  /** Jobs that the database refuses to change, which was logged once. Of the caller's thread. */
  private final Set<Long> refused = new HashSet<>();

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
    var start = new JobRescues.Start(oldest.get(), null);
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
      found =
          batches.run(
              size -> gate.pass(DUTY, LIMIT, db -> end(db, search, search.find(db, start, size))));
    } catch (DatabaseException e) {
      if (!e.isCausedByRow()) {
        throw e;
      }
      found = gate.pass(DUTY, LIMIT, db -> search.find(db, start, batches.current()));
      found.ifPresent(rows -> rows.forEach(row -> endOne(gate, search, row)));
    }
    found.ifPresent(rows -> wakeQueues.accept(queues(rows)));
    return found.orElse(List.of());
  }

  /** One that the database refuses doesn't keep the others from being rescued. */
  private void endOne(UpkeepGate gate, RescueSearch search, JobRow row) {
    try {
      gate.pass(DUTY, LIMIT, db -> end(db, search, List.of(row)));
    } catch (DatabaseException e) {
      if (!e.isCausedByRow()) {
        throw e;
      }
      if (refused.add(row.id())) {
        LOG.error("job {}: it can't be rescued, and stays running", row.id(), e);
      }
    }
  }

  private List<JobRow> end(DSLContext db, RescueSearch search, List<JobRow> rows) {
    Map<String, List<FinishedAttempt>> byOwner =
        rows.stream()
            .flatMap(row -> search.rescue(row).stream())
            .collect(Collectors.groupingBy(rescue -> owner(rescue.job())));
    Set<String> queues = new TreeSet<>();
    byOwner.forEach((owner, ended) -> queues.addAll(store(db, owner, ended)));
    if (!queues.isEmpty()) {
      notifications.announce(db, queues);
    }
    return rows;
  }

  private Set<String> store(DSLContext db, String owner, List<FinishedAttempt> ended) {
    List<JobRow> rescued = results.storeAndReturn(db, owner, ended);
    rescued.forEach(
        row -> LOG.info("job {}: rescued from client {}, now {}", row.id(), owner, row.state()));
    return queues(rescued);
  }

  private static String owner(JobRow row) {
    return row.attemptedBy().isEmpty() ? "" : row.attemptedBy().getLast();
  }

  private static Set<String> queues(List<JobRow> rows) {
    return rows.stream().map(JobRow::queue).collect(Collectors.toCollection(TreeSet::new));
  }
}
