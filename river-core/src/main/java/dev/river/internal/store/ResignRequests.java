package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_DUTY;
import static dev.river.schema.Tables.RIVER_JAVA_LEADER;
import static dev.river.schema.Tables.RIVER_LEADER;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import java.util.Collection;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Who has asked the leader to resign. The notification that tells of it is a hint, because anybody
 * may send one who may connect.
 */
public final class ResignRequests {
  /** Names the row that asks the leader of a term. */
  private static final String NAME = "resign:";

  /**
   * A role that could take River's lease away, or that can become such a one. Everybody may see
   * which role a session has logged in with.
   */
  private static final String ENTITLED =
      """
      EXISTS (
        SELECT FROM pg_stat_activity AS session
        JOIN pg_roles AS role ON pg_has_role(session.usesysid, role.oid, 'MEMBER')
        WHERE session.pid = ANY ({0})
          AND has_table_privilege(role.oid, to_regclass({1}), 'UPDATE, DELETE'))
      """;

  private final Notifications notifications;
  private final Field<String> leaseTable;

  /**
   * Creates it.
   *
   * @param notifications tells the leader
   * @param schema the schema of River's tables; empty to follow the search path
   */
  public ResignRequests(Notifications notifications, Optional<String> schema) {
    this.notifications = notifications;
    this.leaseTable =
        val(schema.map(name -> '"' + name + "\".").orElse("") + RIVER_LEADER.getName());
  }

  /**
   * Asks the leader, whichever client it is, to let another one lead. Writes that down first, so
   * that the leader need not find out who asks: the session may have ended by then.
   *
   * @param db where to run
   */
  public void send(DSLContext db) {
    db.insertInto(RIVER_JAVA_DUTY, RIVER_JAVA_DUTY.NAME)
        .select(
            select(concat(inline(NAME), RIVER_JAVA_LEADER.TERM.cast(SQLDataType.CLOB)))
                .from(RIVER_JAVA_LEADER))
        .onConflictDoNothing()
        .execute();
    notifications.requestResign(db);
  }

  /**
   * {@return whether somebody has asked the leader of a term to resign who may do so} That is who
   * has written it down, as our clients do, or who has the right to take River's lease away.
   *
   * @param db where to run
   * @param term the term
   * @param senders the server processes of the sessions that have asked
   */
  public boolean isAsked(DSLContext db, long term, Collection<Integer> senders) {
    // IN, not EXISTS: jOOQ has changed the signature of exists(...) between 3.19 and 3.21.
    Condition written = val(NAME + term).in(select(RIVER_JAVA_DUTY.NAME).from(RIVER_JAVA_DUTY));
    Condition entitled = DSL.condition(ENTITLED, val(senders.toArray(Integer[]::new)), leaseTable);
    return db.select(field(written.or(entitled))).fetchSingle().value1();
  }

  /**
   * Deletes those that were sent to the leaders of earlier terms.
   *
   * @param db where to run
   * @param term the present term
   */
  public static void deleteOlderThan(DSLContext db, long term) {
    db.deleteFrom(RIVER_JAVA_DUTY)
        .where(RIVER_JAVA_DUTY.NAME.like(NAME + "%"))
        .and(RIVER_JAVA_DUTY.NAME.ne(NAME + term))
        .execute();
  }
}
