package dev.river.internal.work;

import dev.river.internal.store.JobClaims;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;

/**
 * Claims jobs of one queue for one client. Belongs to one thread.
 *
 * <p>When a connection breaks while a claim is on its way, nobody knows whether it was committed,
 * or still will be: a server that waits for a lock doesn't notice that nobody waits for it. So
 * before the next claim, and even if there is none for the time being, one looks for jobs that are
 * claimed for this client without it knowing of them, and goes on looking for a while.
 */
final class Claimer {
  /** How often it looks after a claim without an answer, each time that the database answers. */
  private static final int LOOKS = 60;

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final ClaimSource source;
  private final String queue;
  private final QueueWalk walk;
  private int looksLeft;
  private long nextLook = System.nanoTime();

  Claimer(ClaimSource source, String queue) {
    this.source = source;
    this.queue = queue;
    this.walk = new QueueWalk(source, queue);
  }

  /**
   * {@return jobs that are claimed for this client without it knowing of them}
   *
   * @param limit how many at most
   * @param claimed the jobs that the client knows of
   */
  List<JobRow> recover(int limit, ClaimedJobs claimed) {
    if (looksLeft == 0 || System.nanoTime() - nextLook < 0) {
      return List.of();
    }
    var search =
        new JobClaims.UnknownTo(source.clientId(), claimed.ids(), source.oldestAttempt().get());
    List<JobRow> unknown =
        source.database().call(db -> source.claims().claimedUnknown(db, queue, search, limit));
    if (unknown.isEmpty()) {
      looksLeft--;
      nextLook = System.nanoTime() + BETWEEN_LOOKS.toNanos();
    }
    return unknown;
  }

  /**
   * {@return jobs that are this client's to work now}
   *
   * @param limit how many at most
   */
  List<JobRow> claim(int limit) {
    try {
      return walk.claim(limit);
    } catch (RuntimeException | Error e) {
      looksLeft = LOOKS;
      nextLook = System.nanoTime();
      throw e;
    }
  }

  /** {@return how long to rest, if it would be as long as given but for jobs it has to look for} */
  Duration restAtMost(Duration rest) {
    return looksLeft > 0 && rest.compareTo(BETWEEN_LOOKS) > 0 ? BETWEEN_LOOKS : rest;
  }
}
