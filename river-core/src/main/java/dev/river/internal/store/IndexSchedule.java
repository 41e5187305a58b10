package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_DUTY;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.val;

import java.time.Instant;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * Knows which indexes are to be rebuilt today. What counts is when a rebuild began, whoever did it
 * and however it ended; an index that is new to it is rebuilt on the next day.
 */
public final class IndexSchedule {
  private static final String PREFIX = "reindex.";

  private final LocalTime at;

  /**
   * Creates it.
   *
   * @param at when rebuilds begin each day, in UTC
   */
  public IndexSchedule(LocalTime at) {
    this.at = at;
  }

  /**
   * Takes up indexes that it doesn't know yet.
   *
   * @param db where to run
   * @param indexes their names
   */
  public void enrol(DSLContext db, Collection<String> indexes) {
    var insert = db.insertInto(RIVER_JAVA_DUTY, RIVER_JAVA_DUTY.NAME);
    for (String index : indexes.stream().sorted().toList()) {
      insert = insert.values(PREFIX + index);
    }
    insert.onConflict(RIVER_JAVA_DUTY.NAME).doNothing().execute();
  }

  /**
   * {@return which of some indexes are to be rebuilt now} That is so in the hour that follows the
   * time of day; a rebuild that was missed for longer waits for the next day, so that it does not
   * fall into the hours of work.
   *
   * @param db where to run
   * @param indexes their names
   */
  public List<String> due(DSLContext db, Collection<String> indexes) {
    List<String> due =
        db.select(RIVER_JAVA_DUTY.NAME)
            .from(RIVER_JAVA_DUTY)
            .where(RIVER_JAVA_DUTY.NAME.in(indexes.stream().map(index -> PREFIX + index).toList()))
            .and(isDue())
            .fetch(row -> row.value1().substring(PREFIX.length()));
    return indexes.stream().filter(due::contains).toList();
  }

  /**
   * Notes that the rebuild of an index begins.
   *
   * @param db where to run
   * @param index its name
   * @return false if it was rebuilt meanwhile
   */
  boolean begin(DSLContext db, String index) {
    return db.update(RIVER_JAVA_DUTY)
            .set(RIVER_JAVA_DUTY.STARTED_AT, Database.serversNow())
            .where(RIVER_JAVA_DUTY.NAME.eq(PREFIX + index))
            .and(isDue())
            .execute()
        == 1;
  }

  /**
   * Lets a transaction wait while an index is rebuilt on another connection.
   *
   * @param tx the transaction
   */
  public void hold(DSLContext tx) {
    // A command, not a query: the result of a query that was the last statement keeps its snapshot,
    // for which the rebuild would wait.
    tx.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
  }

  private Condition isDue() {
    Field<Instant> today =
        field(
            "((date_trunc('day', {0} AT TIME ZONE 'UTC' - {1} * interval '1 second')"
                + " + {1} * interval '1 second') AT TIME ZONE 'UTC')",
            SQLDataType.INSTANT, Database.serversNow(), val(at.toSecondOfDay()));
    Field<Instant> end = field("{0} + interval '1 hour'", SQLDataType.INSTANT, today);
    return RIVER_JAVA_DUTY.STARTED_AT.lt(today).and(Database.serversNow().lt(end));
  }
}
