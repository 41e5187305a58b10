package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;

import dev.river.internal.store.QueueStore.Worked;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** How long the jobs of a queue are kept, as its metadata says. */
final class QueueRetentions {
  private static final Field<String> KEY = inline("river:retention");

  private static final Field<JSONB> STORED =
      field("({0} -> {1})", SQLDataType.JSONB, RIVER_QUEUE.METADATA, KEY);

  private QueueRetentions() {}

  /** {@return the metadata of a queue that has no row yet} */
  static Field<JSONB> ofNew(Optional<String> retention) {
    return retention
        .map(json -> with(inline(JSONB.valueOf("{}")), json))
        .orElseGet(() -> inline(JSONB.valueOf("{}")));
  }

  /**
   * {@return the metadata of queues that a client works} A queue of which the client says nothing
   * loses what a client of ours has said, and nothing else.
   */
  static Field<JSONB> ofWorked(Collection<Worked> queues) {
    Field<JSONB> unsaid =
        field(
            "CASE WHEN {0} ->> 'writer' = 'java' THEN {1} - {2} ELSE {1} END",
            SQLDataType.JSONB, STORED, RIVER_QUEUE.METADATA, KEY);
    Map<Field<String>, Field<JSONB>> said =
        queues.stream()
            .filter(queue -> queue.retention().isPresent())
            .collect(
                Collectors.toMap(
                    queue -> DSL.val(queue.name()),
                    queue -> with(RIVER_QUEUE.METADATA, queue.retention().orElseThrow())));
    Field<JSONB> ofObjects =
        said.isEmpty() ? unsaid : DSL.case_(RIVER_QUEUE.NAME).mapFields(said).else_(unsaid);
    // Another client may have stored something else than an object, which is not ours to change.
    return field(
        "CASE WHEN jsonb_typeof({0}) = 'object' THEN {1} ELSE {0} END",
        SQLDataType.JSONB, RIVER_QUEUE.METADATA, ofObjects);
  }

  private static Field<JSONB> with(Field<JSONB> metadata, String retention) {
    return field(
        "({0} || jsonb_build_object({1}, {2}))",
        SQLDataType.JSONB, metadata, KEY, DSL.val(JSONB.valueOf(retention)));
  }

  /** {@return what queues say of the retention of their jobs, as JSON, by queue} */
  static Map<String, String> read(DSLContext db) {
    return db.select(RIVER_QUEUE.NAME, STORED)
        .from(RIVER_QUEUE)
        .where(STORED.isNotNull())
        .fetchMap(row -> row.value1(), row -> row.value2().data());
  }
}
