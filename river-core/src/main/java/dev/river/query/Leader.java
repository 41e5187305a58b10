package dev.river.query;

import java.time.Instant;

/**
 * The client that does the upkeep of a database at present.
 *
 * @param clientId the client
 * @param term counts the leaders that the database has had, from 1; each election makes a new term,
 *     also that of the same client
 * @param electedAt when its term began, by the database's clock
 */
public record Leader(String clientId, long term, Instant electedAt) {}
