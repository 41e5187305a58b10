package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.LeaseStore;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts whose jobs someone has rescued meanwhile: the fleet, because their client was taken
 * for gone, or a leader that is a client of another language, because they ran for long. Their
 * results would change nothing, so their work is in vain.
 */
public final class RescueWatch implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(RescueWatch.class);
  private static final Duration BETWEEN_LOOKS_FOR_FOREIGNERS = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** How often it looks, because a rescue that it can't see yet may be under way. */
  private static final int LOOKS = 30;

  private final String clientId;
  private final Database database;
  private final JobRescues rescues;
  private final LeaseStore leases;
  private final ClaimedJobs claimed;
  private final Duration betweenLooksForForeigners;
  private final ServiceLoop loop;
  private final AtomicInteger looksLeft = new AtomicInteger();

  /**
   * Creates it.
   *
   * @param clientId the client that claimed the jobs
   * @param database where it looks
   * @param rescues how it looks
   * @param leases knows whether a client of another language leads
   * @param claimed the jobs that run here
   */
  public RescueWatch(
      String clientId,
      Database database,
      JobRescues rescues,
      LeaseStore leases,
      ClaimedJobs claimed) {
    this(clientId, database, rescues, leases, claimed, BETWEEN_LOOKS_FOR_FOREIGNERS);
  }

  RescueWatch(
      String clientId,
      Database database,
      JobRescues rescues,
      LeaseStore leases,
      ClaimedJobs claimed,
      Duration betweenLooksForForeigners) {
    this.betweenLooksForForeigners = betweenLooksForForeigners;
    this.clientId = clientId;
    this.database = database;
    this.rescues = rescues;
    this.leases = leases;
    this.claimed = claimed;
    this.loop = new ServiceLoop(clientId, "rescue-watch", this::pass);
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
    looksLeft.set(LOOKS);
    loop.wake();
  }

  private Duration pass() {
    if (looksLeft.get() == 0) {
      if (!claimed.undisturbed().isEmpty() && someoneElseLeads()) {
        endRescued();
      }
      return betweenLooksForForeigners;
    }
    endRescued();
    looksLeft.decrementAndGet();
    return BETWEEN_LOOKS;
  }

  /** Clients of our fleet only rescue jobs of clients that are gone, which hear of that. */
  private boolean someoneElseLeads() {
    try {
      return database.call(leases::foreign).isPresent();
    } catch (DatabaseException e) {
      if (!LeaseStore.isOutOfReach(e)) {
        throw e;
      }
      return false; // who keeps the lease has told of it
    }
  }

  private void endRescued() {
    List<JobRow> jobs = claimed.undisturbed();
    if (!jobs.isEmpty()) {
      Set<Long> taken = database.call(db -> rescues.takenFrom(db, clientId, jobs));
      List<JobRow> lost =
          jobs.stream()
              .filter(job -> taken.contains(job.id()))
              .filter(claimed::runUndisturbed) // the other attempts have ended meanwhile
              .toList();
      if (!lost.isEmpty()) {
        List<Long> ids = lost.stream().map(JobRow::id).toList();
        LOG.warn("client {}: {} of its jobs were rescued: {}", clientId, ids.size(), ids);
        claimed.lose(lost);
      }
    }
  }
}
