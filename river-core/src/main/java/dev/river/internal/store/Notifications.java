package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.unnest;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.Control;
import dev.river.internal.codec.MessageCodec;
import dev.river.schema.enums.RiverJobState;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Sends hints to the producers of all clients, in the form that River clients of all languages
 * read.
 */
public final class Notifications {
  static final String INSERT_TOPIC = "river_insert";
  static final String CONTROL_TOPIC = "river_control";
  static final String LEADERSHIP_TOPIC = "river_leadership";

  /** In bytes. See the manual page of NOTIFY. */
  private static final int LONGEST_PAYLOAD = 7_999;

  private final MessageCodec codec;
  private final Optional<String> schema;
  private final KeptStatement announcement = new KeptStatement(this::announcement);

  /**
   * Creates it.
   *
   * @param codec writes what is sent
   * @param schema the schema of River's tables, after which channels are named; empty for the first
   *     one of the search path
   */
  public Notifications(MessageCodec codec, Optional<String> schema) {
    this.codec = codec;
    this.schema = schema;
  }

  /**
   * Tells the producers of some queues that there is work.
   *
   * @param db the transaction whose commit sends the hints
   * @param queues the queues
   */
  public void announce(DSLContext db, Collection<String> queues) {
    announcement.fetch(db, Map.of("queues", queues.toArray(String[]::new)), row -> "");
  }

  private Query announcement() {
    Field<String> queue = field("queue", SQLDataType.CLOB);
    return select(announcement(queue))
        .from(unnest(param("queues", SQLDataType.CLOB.array())).as("queues", "queue"));
  }

  /**
   * Tells the producers of all clients something. What is longer than PostgreSQL takes is not sent:
   * it is a hint, and can be looked up.
   *
   * @param db the transaction whose commit sends it
   * @param control what they are told
   */
  public void control(DSLContext db, Control control) {
    String payload = codec.encodeControl(control);
    if (payload.getBytes(UTF_8).length <= LONGEST_PAYLOAD) {
      db.select(notify(CONTROL_TOPIC, val(payload))).fetch();
    }
  }

  /**
   * Tells all clients that there is no leader any more.
   *
   * @param db the transaction whose commit sends it
   * @param clientId who led
   */
  void resigned(DSLContext db, String clientId) {
    Field<String> payload =
        jsonObject(inline("leader_id"), val(clientId), inline("action"), inline("resigned"));
    db.select(notify(LEADERSHIP_TOPIC, payload)).fetch();
  }

  /**
   * Asks the leader, whoever it is, to let another client lead.
   *
   * @param db the transaction whose commit sends it
   */
  public void requestResign(DSLContext db) {
    db.select(notify(LEADERSHIP_TOPIC, val(codec.encodeResignRequest()))).fetch();
  }

  /**
   * {@return what arrives from now on}
   *
   * @param database where to listen; the stream keeps one connection for itself
   */
  public NotificationStream listen(Database database) {
    return NotificationStream.open(database, this);
  }

  /** {@return the name of a topic's channel} */
  String channelName(DSLContext db, String topic) {
    return db.select(channel(topic)).fetchSingle().value1();
  }

  /** {@return a field for a row that was just stored: announces its queue if it can be worked} */
  Field<Object> ofInsertedRow() {
    return when(RIVER_JOB.STATE.eq(inline(RiverJobState.available)), announcement(RIVER_JOB.QUEUE))
        .as("announcement");
  }

  /**
   * {@return a field for a row that was just cancelled: tells the client that may be working it}
   */
  Field<Object> ofCancelledRow() {
    Field<String> payload =
        jsonObject(
            inline("action"),
            inline("cancel"),
            inline("job_id"),
            RIVER_JOB.ID,
            inline("queue"),
            RIVER_JOB.QUEUE);
    return notify(CONTROL_TOPIC, payload).as("announcement");
  }

  /** json, not jsonb: spaces and the order of names are those of River's own statements. */
  private static Field<String> jsonObject(Field<?>... namesAndValues) {
    return function("json_build_object", SQLDataType.JSON, namesAndValues).cast(SQLDataType.CLOB);
  }

  private Field<Object> announcement(Field<String> queue) {
    // jsonb writes it as other clients do: {"queue": "default"}
    Field<String> payload =
        function("jsonb_build_object", SQLDataType.JSONB, inline("queue"), queue)
            .cast(SQLDataType.CLOB);
    return notify(INSERT_TOPIC, payload);
  }

  private Field<Object> notify(String topic, Field<String> payload) {
    return function("pg_notify", SQLDataType.OTHER, channel(topic), payload);
  }

  private Field<String> channel(String topic) {
    Field<String> prefix =
        schema
            .map(name -> (Field<String>) val(name))
            .orElseGet(() -> function("current_schema", SQLDataType.CLOB));
    return DSL.concat(prefix, inline("." + topic));
  }
}
