package dev.river.internal.work;

import dev.river.internal.store.Database;
import dev.river.internal.store.JobClaims;

/**
 * Where the producers of a client claim jobs.
 *
 * @param clientId the client that jobs are claimed for
 * @param database where jobs are claimed
 * @param claims how they are claimed
 */
public record ClaimSource(String clientId, Database database, JobClaims claims) {}
