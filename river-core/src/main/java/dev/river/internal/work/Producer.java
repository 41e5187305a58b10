package dev.river.internal.work;

import dev.river.internal.service.OwnThreads;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs of one queue as its slots allow, and starts them. It looks for work when it is woken
 * by a hint, when a slot becomes free while there may be more work than there were slots, and from
 * time to time. While its queue is paused it claims nothing.
 */
public final class Producer implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Producer.class);
  private static final int LARGEST_CLAIM = 1_000;
  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  /** By then most transactions have ended that may hold the rows. */
  private static final Duration LONGEST_PUTTING_BACK = Duration.ofSeconds(2);

  private final String clientId;
  private final QueueSettings settings;
  private final String queue;
  private final ClaimedJobs claimed;
  private final JobExecutor executor;
  private final QueueReports reports;
  private final Claimer claimer;
  private final PollPace pace; // owned by the loop's thread
  private final ServiceLoop loop;

  private final PauseSwitch pause;
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicBoolean hinted = new AtomicBoolean();

  /**
   * Whether a free slot is worth a look: the last claim got all it asked for, or none was possible.
   */
  private volatile boolean mayHaveMore;

  private volatile boolean halted;

  /**
   * Creates it.
   *
   * @param source where jobs are claimed
   * @param settings the queue
   * @param claimed is told of them
   * @param executor starts them
   * @param reports is told of claims and pauses
   */
  public Producer(
      ClaimSource source,
      QueueSettings settings,
      ClaimedJobs claimed,
      JobExecutor executor,
      QueueReports reports) {
    this.clientId = source.clientId();
    this.settings = settings;
    this.queue = settings.name();
    this.claimed = claimed;
    this.executor = executor;
    this.reports = reports;
    this.claimer = new Claimer(source, queue, claimed);
    this.pace = new PollPace(settings.pollInterval());
    this.pause = new PauseSwitch(this::wake, paused -> reports.paused(queue, paused));
    this.loop = new ServiceLoop(source.clientId(), "producer-" + queue, this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  /**
   * Stops claiming; jobs that were started go on. Not for a thread of a caller's, see {@link
   * #stopAside}.
   */
  @Override
  public void stop() {
    loop.stop();
    try {
      claimer.putBackWithin(LONGEST_PUTTING_BACK);
    } catch (Throwable e) { // a data source that was closed may throw anything
      LOG.warn("queue {}: jobs that were not begun could not be put back", queue, e);
    }
  }

  /**
   * Stops as {@link #stop} does, but takes no part in a transaction that the calling thread is in:
   * jobs that are put back would be claimed still if that were rolled back.
   */
  void stopAside() {
    OwnThreads.runAside(clientId, "stop-" + queue, this::stop);
  }

  /** Makes it look for work, because there may be some. */
  public void wake() {
    hinted.set(true);
    loop.wake();
  }

  /** Claims nothing more from now on, so that what is put back is not claimed again. */
  void halt() {
    halted = true;
  }

  /** {@return what lets it claim} Closed until someone has looked whether its queue is paused. */
  PauseSwitch pause() {
    return pause;
  }

  private Duration pass() {
    if (halted) {
      return UNTIL_WOKEN;
    }
    mayHaveMore = true; // before the slots are counted, so that one that becomes free now wakes us
    int free = settings.maxWorkers() - used.get();
    if (free <= 0) {
      return pace.rest();
    }
    if (hinted.getAndSet(false)) {
      pace.active();
    }
    int limit = Math.min(free, LARGEST_CLAIM);
    if (claimUpTo(limit) == limit || claimer.hasMore()) {
      return Duration.ZERO;
    }
    mayHaveMore = false;
    return claimer.restAtMost(pause.isOpen() ? pace.rest() : UNTIL_WOKEN);
  }

  private List<JobRow> claim(int limit) {
    long began = System.nanoTime();
    List<JobRow> rows = claimer.claim(limit);
    reports.claimed(queue, rows.size(), Duration.ofNanos(System.nanoTime() - began));
    return rows;
  }

  private int claimUpTo(int limit) {
    long claim = claimed.claimBegins();
    try {
      List<JobRow> rows = claimer.recover(limit);
      if (rows.isEmpty()) {
        rows = claimUnlessPaused(limit);
      }
      beginOrDoubt(rows);
      return rows.size();
    } finally {
      claimed.claimEnds(claim);
    }
  }

  private List<JobRow> claimUnlessPaused(int limit) {
    if (pause.isOpen()) {
      return claim(limit);
    }
    claimer.putBack(); // what is claimed and not read yet would be running as long as the pause
    return List.of();
  }

  /** Those that could not be begun are claimed and unknown to the client. */
  private void beginOrDoubt(List<JobRow> rows) {
    boolean begun = false;
    try {
      begin(rows);
      begun = true;
    } finally {
      if (!begun) {
        claimer.doubt();
      }
    }
  }

  private void begin(List<JobRow> rows) {
    if (!rows.isEmpty()) {
      pace.active();
      used.addAndGet(rows.size());
      beginAll(takeUp(rows));
    }
  }

  /** {@return the attempts of claimed jobs; if there can't be any, the jobs are unknown again} */
  private List<Attempt> takeUp(List<JobRow> rows) {
    try {
      List<Attempt> attempts = rows.stream().map(this::attempt).toList();
      claimed.add(attempts);
      return attempts;
    } catch (Throwable e) { // for want of memory
      claimed.remove(rows);
      rows.forEach(row -> slotFreed());
      throw e;
    }
  }

  /** One that can't begin is put back, and does not keep the others from it. */
  private void beginAll(List<Attempt> attempts) {
    List<Throwable> failures = new ArrayList<>();
    for (Attempt attempt : attempts) {
      try {
        execute(attempt);
      } catch (Throwable e) { // for want of memory or threads
        attempt.waitsForCarrier(false);
        executor.putBack(attempt.row(), attempt::releaseSlot);
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) { // so that the loop rests before it claims them again
      throw new IllegalStateException(
          "%s of %s claimed jobs could not begin, they are put back"
              .formatted(failures.size(), attempts.size()),
          failures.getFirst());
    }
  }

  private void execute(Attempt attempt) {
    if (settings.platformThreads()) {
      executor.executeOnPlatformThread(attempt);
    } else {
      executor.execute(attempt);
    }
  }

  private Attempt attempt(JobRow row) {
    return new Attempt(row, settings.keepsCompleted(), this::slotFreed);
  }

  private void slotFreed() {
    used.decrementAndGet();
    if (mayHaveMore) {
      loop.wake();
    }
  }
}
