package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.SingleClaims;

/**
 * Where the producers of a client claim jobs.
 *
 * @param clientId the client that jobs are claimed for
 * @param database where jobs are claimed
 * @param claims how they are claimed
 * @param singleClaims how one is claimed that may do harm
 * @param results how the attempts of those end that can't be worked
 */
public record ClaimSource(
    String clientId,
    Database database,
    JobClaims claims,
    SingleClaims singleClaims,
    JobResults results) {

  /**
   * {@return the source of a client}
   *
   * @param clientId the client
   * @param database where jobs are claimed
   * @param codec reads them
   */
  public static ClaimSource of(String clientId, Database database, JsonCodec codec) {
    return new ClaimSource(
        clientId, database, new JobClaims(codec), new SingleClaims(codec), new JobResults(codec));
  }
}
