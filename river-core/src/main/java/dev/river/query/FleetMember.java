package dev.river.query;

import java.time.Instant;

/**
 * A client that works jobs of a database.
 *
 * @param clientId the client
 * @param startedAt when it started, by the database's clock
 * @param heartbeatAt when it was last heard of, by the database's clock; every five seconds while
 *     all is well
 */
public record FleetMember(String clientId, Instant startedAt, Instant heartbeatAt) {}
