package dev.river.query;

import java.time.Instant;

/**
 * The client that does the maintenance of a database at present.
 *
 * @param clientId the client
 * @param term counts the leaders that the database has had, from 1; each election makes a new term,
 *     also that of the same client. {@link #NO_TERM} for a client of another language, which holds
 *     River's lease
 * @param electedAt when its term began, by the database's clock
 */
public record Leader(String clientId, long term, Instant electedAt) {
  /** The term of a leader that is a client of another language: those don't count theirs. */
  public static final long NO_TERM = 0;
}
