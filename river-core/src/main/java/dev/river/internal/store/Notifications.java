package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.unnest;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.schema.enums.RiverJobState;
import java.util.Collection;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Sends hints to the producers of all clients, in the form that River clients of all languages
 * read.
 */
public final class Notifications {
  private static final String INSERT_TOPIC = "river_insert";

  private final Optional<String> schema;

  /**
   * Creates it.
   *
   * @param schema the schema of River's tables, after which channels are named; empty for the first
   *     one of the search path
   */
  public Notifications(Optional<String> schema) {
    this.schema = schema;
  }

  /**
   * Tells the producers of some queues that there is work.
   *
   * @param db the transaction whose commit sends the hints
   * @param queues the queues
   */
  public void announce(DSLContext db, Collection<String> queues) {
    Field<String> queue = field("queue", SQLDataType.CLOB);
    db.select(announcement(queue))
        .from(unnest(queues.toArray(String[]::new)).as("queues", "queue"))
        .fetch();
  }

  /**
   * {@return the hints that arrive from now on}
   *
   * @param database where to listen; the stream keeps one connection for itself
   */
  public NotificationStream listen(Database database) {
    return NotificationStream.open(database, this);
  }

  String insertChannel(DSLContext db) {
    return db.select(channel(INSERT_TOPIC)).fetchSingle().value1();
  }

  /** {@return a field for a row that was just inserted: announces its queue if it can be worked} */
  Field<Object> ofInsertedRow() {
    return when(RIVER_JOB.STATE.eq(inline(RiverJobState.available)), announcement(RIVER_JOB.QUEUE))
        .as("announcement");
  }

  private Field<Object> announcement(Field<String> queue) {
    // jsonb writes it as other clients do: {"queue": "default"}
    Field<String> payload =
        function("jsonb_build_object", SQLDataType.JSONB, inline("queue"), queue)
            .cast(SQLDataType.CLOB);
    return function("pg_notify", SQLDataType.OTHER, channel(INSERT_TOPIC), payload);
  }

  private Field<String> channel(String topic) {
    Field<String> prefix =
        schema
            .map(name -> (Field<String>) val(name))
            .orElseGet(() -> function("current_schema", SQLDataType.CLOB));
    return DSL.concat(prefix, inline("." + topic));
  }
}
