package dev.river.internal.work;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobRescues;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts whose jobs the fleet has rescued meanwhile, because their client was taken for
 * gone. Their results would change nothing, so their work is in vain.
 */
public final class RescueWatch implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(RescueWatch.class);
  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final String clientId;
  private final Database database;
  private final JobRescues rescues;
  private final ClaimedJobs claimed;
  private final ServiceLoop loop;
  private volatile boolean due;

  /**
   * Creates it.
   *
   * @param clientId the client that claimed the jobs
   * @param database where it looks
   * @param rescues how it looks
   * @param claimed the jobs that run here
   */
  public RescueWatch(String clientId, Database database, JobRescues rescues, ClaimedJobs claimed) {
    this.clientId = clientId;
    this.database = database;
    this.rescues = rescues;
    this.claimed = claimed;
    this.loop = new ServiceLoop("river-" + clientId + "-rescue-watch", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  /** Makes it look, because the client was taken for gone. */
  public void look() {
    due = true;
    loop.wake();
  }

  private Duration pass() {
    if (due) {
      due = false;
      try {
        endRescued();
      } catch (RuntimeException e) {
        due = true; // the loop tries again
        throw e;
      }
    }
    return UNTIL_WOKEN;
  }

  private void endRescued() {
    List<JobRow> jobs = claimed.undisturbed();
    if (!jobs.isEmpty()) {
      Set<Long> lost = database.call(db -> rescues.takenFrom(db, clientId, jobs));
      if (!lost.isEmpty()) {
        LOG.warn("client {}: {} of its jobs were rescued: {}", clientId, lost.size(), lost);
        claimed.lose(jobs.stream().filter(job -> lost.contains(job.id())).toList());
      }
    }
  }
}
