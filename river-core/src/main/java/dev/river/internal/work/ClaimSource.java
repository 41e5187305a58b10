package dev.river.internal.work;

import dev.river.internal.store.Database;
import dev.river.internal.store.JobClaims;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Where the producers of a client claim jobs.
 *
 * @param clientId the client that jobs are claimed for
 * @param database where jobs are claimed
 * @param claims how they are claimed
 * @param oldestAttempt before which no attempt began that still runs
 */
public record ClaimSource(
    String clientId, Database database, JobClaims claims, Supplier<Instant> oldestAttempt) {

  /** {@return one that knows nothing of the attempts that run} */
  public static ClaimSource of(String clientId, Database database, JobClaims claims) {
    return new ClaimSource(clientId, database, claims, () -> Instant.EPOCH);
  }
}
