package dev.river.internal.work;

import dev.river.internal.store.JobClaims;
import dev.river.internal.store.QueuePlace;
import dev.river.internal.store.QueueStretch;
import dev.river.internal.store.RowFaults;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims the jobs of a queue, from its beginning as long as that is quick.
 *
 * <p>It is not while a transaction stays open somewhere in the database: PostgreSQL then keeps the
 * index entries of all jobs that were claimed since, and each claim from the beginning passes over
 * all of them. So when a claim is slow, the next ones begin where the last one ended, which costs
 * what it cost at first.
 *
 * <p>That alone would leave jobs behind: those whose transaction was committed late, so that their
 * time lies before that of jobs that are claimed already, those that are put back, and those that
 * were inserted with a time in the past. They are found by looking through what lies behind, a
 * stretch at a time, every second time that of the newest jobs, where late ones mostly are. This
 * takes at most a tenth of the time. Once all that lies behind can be looked through quickly,
 * claims begin at the beginning again.
 *
 * <p>Belongs to one thread.
 */
final class QueueWalk {
  private static final Logger LOG = LoggerFactory.getLogger(QueueWalk.class);

  /**
   * When a claim is slow, when looking through all that lies behind is quick, and how it is done.
   *
   * @param slowClaim how long a claim takes that is slow, without what it takes for each job
   * @param slowJob what it takes for each job more
   * @param quickRound how long it takes to look through all that lies behind if that is quick
   * @param share which part of the time it may take to look through what lies behind
   * @param jobsInStretch how many jobs are looked through at a time
   */
  record Settings(
      Duration slowClaim, Duration slowJob, Duration quickRound, int share, int jobsInStretch) {
    /** A claim of 1,000 jobs takes about 6 ms (measured). */
    static final Settings DEFAULTS =
        new Settings(
            Duration.ofMillis(10), Duration.ofNanos(15_000), Duration.ofMillis(5), 10, 20_000);

    Duration slow(int jobs) {
      return slowClaim.plus(slowJob.multipliedBy(jobs));
    }
  }

  private static final int LOWEST_PRIORITY = 4;

  private final ClaimSource source;
  private final String queue;
  private final Settings settings;
  private final Map<Integer, QueueLane> lanes = new TreeMap<>();

  private boolean fromFront;
  private final Deque<QueueStretch> round = new ArrayDeque<>(); // what is left of it
  private long roundNanos;
  private long nextLook;
  private int looks;

  QueueWalk(ClaimSource source, String queue) {
    this(source, queue, Settings.DEFAULTS);
  }

  QueueWalk(ClaimSource source, String queue, Settings settings) {
    this.source = source;
    this.queue = queue;
    this.settings = settings;
    for (int priority = 1; priority <= LOWEST_PRIORITY; priority++) {
      lanes.put(priority, new QueueLane(priority, settings.jobsInStretch()));
    }
  }

  /**
   * {@return jobs that are this client's to work now, in the order in which they are to be worked}
   *
   * @param limit how many at most
   */
  List<JobRow> claim(int limit) {
    if (!fromFront) {
      return fromBeginning(limit);
    }
    List<JobRow> rows = new ArrayList<>(lookBehind(limit));
    if (rows.size() < limit) {
      rows.addAll(rows.isEmpty() ? ahead(limit) : aheadIfPossible(limit - rows.size()));
    }
    rows.sort(JobClaims.WORK_ORDER);
    return rows;
  }

  private List<JobRow> fromBeginning(int limit) {
    long began = System.nanoTime();
    List<JobRow> rows =
        source.database().call(db -> source.claims().claim(db, queue, source.clientId(), limit));
    long took = System.nanoTime() - began;
    restart(rows, limit);
    if (took > settings.slow(rows.size()).toNanos()) {
      fromFront = true;
      round.clear();
      rest(took);
    }
    return rows;
  }

  private void restart(List<JobRow> rows, int limit) {
    int unfinished = rows.size() < limit ? 0 : rows.getLast().priority();
    Map<Integer, List<JobRow>> byPriority = byPriority(rows);
    lanes.forEach(
        (priority, lane) ->
            lane.restart(
                Optional.ofNullable(byPriority.get(priority)).map(QueueWalk::end),
                priority == unfinished));
  }

  /** {@return what is ahead, unless the database refuses it} Others are claimed already. */
  private List<JobRow> aheadIfPossible(int limit) {
    try {
      return ahead(limit);
    } catch (RuntimeException e) {
      if (!RowFaults.isRefusal(e)) {
        throw e;
      }
      LOG.debug("queue {}: what is ahead can't be claimed, which the next claim meets", queue, e);
      return List.of();
    }
  }

  private List<JobRow> ahead(int limit) {
    List<JobRow> rows = within(lanes.values().stream().map(QueueLane::ahead).toList(), limit);
    Map<Integer, List<JobRow>> byPriority = byPriority(rows);
    lanes.forEach(
        (priority, lane) ->
            Optional.ofNullable(byPriority.get(priority))
                .ifPresent(some -> lane.advance(end(some), some.size())));
    return rows;
  }

  private List<JobRow> lookBehind(int limit) {
    if (System.nanoTime() - nextLook < 0) {
      return List.of();
    }
    long began = System.nanoTime();
    looks++;
    List<JobRow> rows = looks % 2 == 0 ? lookAtNewest(limit) : goRound(limit);
    rest(System.nanoTime() - began);
    return rows;
  }

  private List<JobRow> lookAtNewest(int limit) {
    List<QueueStretch> newest =
        lanes.values().stream().flatMap(lane -> lane.open().stream()).toList();
    return newest.isEmpty() ? List.of() : look(newest.get(looks / 2 % newest.size()), limit);
  }

  private List<JobRow> goRound(int limit) {
    if (round.isEmpty()) {
      lanes.values().forEach(lane -> round.addAll(lane.behind()));
      roundNanos = 0;
    }
    List<JobRow> rows = List.of();
    if (!round.isEmpty()) {
      long began = System.nanoTime();
      rows = look(round.getFirst(), limit);
      roundNanos += System.nanoTime() - began;
      if (rows.size() < limit) {
        round.removeFirst();
      }
    }
    if (round.isEmpty() && roundNanos < settings.quickRound().toNanos()) {
      fromFront = false;
    }
    return rows;
  }

  private List<JobRow> look(QueueStretch stretch, int limit) {
    return within(List.of(stretch), limit);
  }

  private void rest(long took) {
    nextLook = System.nanoTime() + took * (settings.share() - 1);
  }

  private List<JobRow> within(List<QueueStretch> stretches, int limit) {
    return source
        .database()
        .call(db -> source.claims().claimWithin(db, queue, source.clientId(), limit, stretches));
  }

  private static Map<Integer, List<JobRow>> byPriority(List<JobRow> rows) {
    return rows.stream().collect(Collectors.groupingBy(JobRow::priority));
  }

  private static QueuePlace end(List<JobRow> rows) {
    return QueuePlace.of(rows.getLast());
  }
}
