package dev.river.internal.work;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobClaims;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Claims jobs of one queue as its slots allow, and starts them. It looks for work when it is woken
 * by a hint, when a slot becomes free while there may be more work than there were slots, and from
 * time to time.
 */
public final class Producer implements Service {
  private static final int LARGEST_CLAIM = 1_000;

  private final int slots;
  private final ClaimedJobs claimed;
  private final JobExecutor executor;
  private final Claimer claimer;
  private final PollPace pace; // owned by the loop's thread
  private final ServiceLoop loop;

  private final AtomicInteger used = new AtomicInteger();
  private final AtomicBoolean hinted = new AtomicBoolean();

  /**
   * Whether a free slot is worth a look: the last claim got all it asked for, or none was possible.
   */
  private volatile boolean mayHaveMore;

  /**
   * Creates it.
   *
   * @param clientId the client that jobs are claimed for
   * @param settings the queue
   * @param database where jobs are claimed
   * @param claims how they are claimed
   * @param claimed is told of them
   * @param executor starts them
   */
  public Producer(
      String clientId,
      QueueSettings settings,
      Database database,
      JobClaims claims,
      ClaimedJobs claimed,
      JobExecutor executor) {
    this.slots = settings.maxWorkers();
    this.claimed = claimed;
    this.executor = executor;
    this.claimer = new Claimer(clientId, settings.name(), database, claims);
    this.pace = new PollPace(settings.pollInterval());
    this.loop = new ServiceLoop("river-" + clientId + "-producer-" + settings.name(), this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  /** Stops claiming; jobs that were started go on. */
  @Override
  public void stop() {
    loop.stop();
  }

  /** Makes it look for work, because there may be some. */
  public void wake() {
    hinted.set(true);
    loop.wake();
  }

  private Duration pass() {
    mayHaveMore = true; // before the slots are counted, so that one that becomes free now wakes us
    int free = slots - used.get();
    if (free == 0) {
      return pace.rest();
    }
    if (hinted.getAndSet(false)) {
      pace.active();
    }
    int limit = Math.min(free, LARGEST_CLAIM);
    if (claim(limit) == limit) {
      return Duration.ZERO;
    }
    mayHaveMore = false;
    return pace.rest();
  }

  private int claim(int limit) {
    claimed.claimBegins();
    try {
      List<JobRow> rows = claimer.claim(limit, claimed);
      begin(rows);
      return rows.size();
    } finally {
      claimed.claimEnds();
    }
  }

  private void begin(List<JobRow> rows) {
    if (!rows.isEmpty()) {
      pace.active();
      used.addAndGet(rows.size());
      claimed.add(rows).forEach(attempt -> executor.execute(attempt, this::slotFreed));
    }
  }

  private void slotFreed() {
    used.decrementAndGet();
    if (mayHaveMore) {
      loop.wake();
    }
  }
}
