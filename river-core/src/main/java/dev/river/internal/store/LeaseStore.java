package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JAVA_LEADER;
import static dev.river.schema.Tables.RIVER_LEADER;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import dev.river.error.DatabaseException;
import dev.river.error.SqlFault;
import dev.river.query.Leader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * The lease by which River clients of all languages elect one leader: a row that expires if its
 * holder does not renew it. A lease that a client of our fleet holds is the fleet's, whichever of
 * its clients does what it is for. Source: River's elector.
 */
public final class LeaseStore {
  /** How long a lease lasts that is not renewed. */
  public static final Duration TIME_TO_LIVE = Duration.ofSeconds(15);

  private static final String NAME = "default";

  private final Notifications notifications;

  /**
   * Creates it.
   *
   * @param notifications tells other clients when the lease is given up
   */
  public LeaseStore(Notifications notifications) {
    this.notifications = notifications;
  }

  /**
   * A lease that has not expired.
   *
   * @param holder the client that holds it
   * @param electedAt when its term began, by the database's clock; who holds it and this are the
   *     term
   * @param left how long it lasts if it is not renewed
   * @param isOurs whether its holder is a client of our fleet
   */
  public record Lease(String holder, Instant electedAt, Duration left, boolean isOurs) {}

  /**
   * {@return the lease; empty if nobody holds it}
   *
   * @param db where to run
   */
  public Optional<Lease> current(DSLContext db) {
    Field<Long> left =
        field(
            "(extract(epoch from {0} - {1}) * 1000000)::bigint",
            SQLDataType.BIGINT, RIVER_LEADER.EXPIRES_AT, Database.serversNow());
    return db.select(RIVER_LEADER.LEADER_ID, RIVER_LEADER.ELECTED_AT, left, field(isOurs()))
        .from(RIVER_LEADER)
        .where(RIVER_LEADER.NAME.eq(inline(NAME)))
        .and(RIVER_LEADER.EXPIRES_AT.ge(Database.serversNow()))
        .fetchOptional(
            row ->
                new Lease(
                    row.value1(),
                    row.value2(),
                    Duration.of(row.value3(), ChronoUnit.MICROS),
                    row.value4()));
  }

  /** {@return whether a statement failed because there is no such table, or no right to use it} */
  public static boolean isOutOfReach(DatabaseException failure) {
    return failure.fault() == SqlFault.NO_TABLE || failure.fault() == SqlFault.PRIVILEGE;
  }

  /**
   * {@return the holder of the lease in a schema that has no tables of ours}
   *
   * @param db where to run
   */
  public Optional<Leader> holder(DSLContext db) {
    return db.select(RIVER_LEADER.LEADER_ID, RIVER_LEADER.ELECTED_AT)
        .from(RIVER_LEADER)
        .where(RIVER_LEADER.EXPIRES_AT.ge(Database.serversNow()))
        .fetchOptional(row -> new Leader(row.value1(), Leader.NO_TERM, row.value2()));
  }

  /**
   * {@return the leader, if it is a client of another language}
   *
   * @param db where to run
   */
  public Optional<Leader> foreign(DSLContext db) {
    return current(db)
        .filter(lease -> !lease.isOurs())
        .map(lease -> new Leader(lease.holder(), Leader.NO_TERM, lease.electedAt()));
  }

  /** Clients that are gone are among the fleet until their jobs are rescued. */
  private static Condition isOurs() {
    return RIVER_LEADER
        .LEADER_ID
        .in(select(RIVER_JAVA_CLIENT.CLIENT_ID).from(RIVER_JAVA_CLIENT))
        .or(RIVER_LEADER.LEADER_ID.in(select(RIVER_JAVA_LEADER.CLIENT_ID).from(RIVER_JAVA_LEADER)));
  }

  /**
   * Renews the lease.
   *
   * @param db where to run
   * @param clientId its holder
   * @param electedAt when its term began
   * @return false if it has expired, or someone else has taken it
   */
  public boolean renew(DSLContext db, String clientId, Instant electedAt) {
    return db.update(RIVER_LEADER)
            .set(RIVER_LEADER.EXPIRES_AT, expiry())
            .where(RIVER_LEADER.NAME.eq(inline(NAME)))
            .and(isTerm(clientId, electedAt))
            .and(RIVER_LEADER.EXPIRES_AT.ge(Database.serversNow()))
            .execute()
        == 1;
  }

  /**
   * Takes the lease, if it has expired, or is still the one that was seen.
   *
   * @param db where to run
   * @param clientId who takes it; if it holds it already its term goes on
   * @param seen a lease of our fleet; empty if there is none
   * @return when the term began; empty if another client holds the lease
   */
  public Optional<Instant> take(DSLContext db, String clientId, Optional<Lease> seen) {
    Condition free = RIVER_LEADER.EXPIRES_AT.lt(Database.serversNow());
    Field<Instant> start =
        when(RIVER_LEADER.LEADER_ID.eq(clientId).andNot(free), RIVER_LEADER.ELECTED_AT)
            .otherwise(excluded(RIVER_LEADER.ELECTED_AT));
    return db.insertInto(RIVER_LEADER)
        .set(RIVER_LEADER.NAME, inline(NAME))
        .set(RIVER_LEADER.LEADER_ID, clientId)
        .set(RIVER_LEADER.ELECTED_AT, Database.serversNow())
        .set(RIVER_LEADER.EXPIRES_AT, expiry())
        .onConflict(RIVER_LEADER.NAME)
        .doUpdate()
        .set(RIVER_LEADER.LEADER_ID, excluded(RIVER_LEADER.LEADER_ID))
        .set(RIVER_LEADER.ELECTED_AT, start)
        .set(RIVER_LEADER.EXPIRES_AT, excluded(RIVER_LEADER.EXPIRES_AT))
        .where(seen.map(lease -> free.or(isTerm(lease.holder(), lease.electedAt()))).orElse(free))
        .returningResult(RIVER_LEADER.ELECTED_AT)
        .fetchOptional(RIVER_LEADER.ELECTED_AT);
  }

  /**
   * Gives the lease up, and tells all clients.
   *
   * @param db the transaction
   * @param clientId its holder
   * @param electedAt when its term began
   */
  public void release(DSLContext db, String clientId, Instant electedAt) {
    int released = db.deleteFrom(RIVER_LEADER).where(isTerm(clientId, electedAt)).execute();
    if (released > 0) {
      notifications.resigned(db, clientId);
    }
  }

  private static Condition isTerm(String clientId, Instant electedAt) {
    return RIVER_LEADER.LEADER_ID.eq(clientId).and(RIVER_LEADER.ELECTED_AT.eq(electedAt));
  }

  private static Field<Instant> expiry() {
    return field(
        "{0} + {1} * interval '1 second'",
        SQLDataType.INSTANT, Database.serversNow(), inline(TIME_TO_LIVE.toSeconds()));
  }
}
