package dev.river.internal.work;

import dev.river.internal.store.Database;
import dev.river.internal.store.JobClaims;
import dev.river.job.JobRow;
import java.util.List;

/**
 * Claims jobs of one queue for one client. Belongs to one thread.
 *
 * <p>When a connection breaks while a claim is on its way, nobody knows whether it was committed.
 * So before the next claim, and even if there is none for the time being, one looks for jobs that
 * are claimed for this client without it knowing of them.
 */
final class Claimer {
  private final String clientId;
  private final String queue;
  private final Database database;
  private final JobClaims claims;
  private boolean uncertain;

  Claimer(String clientId, String queue, Database database, JobClaims claims) {
    this.clientId = clientId;
    this.queue = queue;
    this.database = database;
    this.claims = claims;
  }

  /**
   * {@return jobs that are claimed for this client without it knowing of them}
   *
   * @param limit how many at most
   * @param claimed the jobs that the client knows of
   */
  List<JobRow> recover(int limit, ClaimedJobs claimed) {
    return uncertain
        ? database.call(db -> claims.claimedUnknown(db, queue, clientId, claimed.ids(), limit))
        : List.of();
  }

  /**
   * {@return jobs that are this client's to work now}
   *
   * @param limit how many at most
   */
  List<JobRow> claim(int limit) {
    uncertain = true;
    List<JobRow> rows = database.call(db -> claims.claim(db, queue, clientId, limit));
    uncertain = false;
    return rows;
  }
}
