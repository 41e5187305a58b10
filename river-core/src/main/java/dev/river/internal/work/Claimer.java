package dev.river.internal.work;

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
  private final ClaimSource source;
  private final String queue;
  private boolean uncertain;

  Claimer(ClaimSource source, String queue) {
    this.source = source;
    this.queue = queue;
  }

  /**
   * {@return jobs that are claimed for this client without it knowing of them}
   *
   * @param limit how many at most
   * @param claimed the jobs that the client knows of
   */
  List<JobRow> recover(int limit, ClaimedJobs claimed) {
    return uncertain
        ? source
            .database()
            .call(
                db ->
                    source
                        .claims()
                        .claimedUnknown(db, queue, source.clientId(), claimed.ids(), limit))
        : List.of();
  }

  /**
   * {@return jobs that are this client's to work now}
   *
   * @param limit how many at most
   */
  List<JobRow> claim(int limit) {
    uncertain = true;
    List<JobRow> rows =
        source.database().call(db -> source.claims().claim(db, queue, source.clientId(), limit));
    uncertain = false;
    return rows;
  }
}
