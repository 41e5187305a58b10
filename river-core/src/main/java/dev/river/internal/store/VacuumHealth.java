package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.val;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Looks whether PostgreSQL can remove the rows that jobs leave behind, and does. */
public final class VacuumHealth {
  /**
   * Everybody sees which transaction a session holds, but only its own role, or one with
   * pg_read_all_stats, sees since when. Slots hold transactions without a time at all.
   */
  private static final String HOLDERS =
      """
      SELECT 'session ' || pid || ' (application "' || coalesce(application_name, '') || '", user '
          || coalesce(usename, 'unknown') || ', ' || coalesce(state,
            'its state and age are not visible: they take the role pg_read_all_stats') || ')',
        least(backend_xid::text::bigint, backend_xmin::text::bigint),
        extract(epoch FROM clock_timestamp() - xact_start)::float8
      FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)
        AND (datname = current_database() OR datname IS NULL)
        AND coalesce(backend_type, '') NOT IN ('autovacuum worker', 'parallel worker')
      UNION ALL
      SELECT 'prepared transaction "' || gid || '" (user ' || owner || ')', transaction::text::bigint,
        extract(epoch FROM clock_timestamp() - prepared)::float8
      FROM pg_prepared_xacts WHERE database = current_database()
      UNION ALL
      SELECT 'replication slot "' || slot_name || '" ('
          || CASE WHEN active THEN 'active' ELSE 'inactive' END || ')', xmin::text::bigint, NULL
      FROM pg_replication_slots WHERE xmin IS NOT NULL
      """;

  /** As autovacuum computes it; the maximum is new in PostgreSQL 18, where -1 stands for none. */
  private static final String DEAD_ROWS =
      """
      SELECT coalesce(s.n_dead_tup, 0),
        least(nullif(coalesce(o.most, current_setting('autovacuum_vacuum_max_threshold', true)::float8),
            -1),
          coalesce(o.base, current_setting('autovacuum_vacuum_threshold')::float8)
            + coalesce(o.scale, current_setting('autovacuum_vacuum_scale_factor')::float8)
              * greatest(c.reltuples, 0)),
        extract(epoch FROM now() - greatest(s.last_autovacuum, s.last_vacuum))::float8,
        coalesce(o.enabled, true) AND current_setting('autovacuum')::boolean
      FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
        CROSS JOIN LATERAL (
          SELECT max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_max_threshold')
              ::float8 AS most,
            max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')
              ::float8 AS base,
            max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')
              ::float8 AS scale,
            max(option_value) FILTER (WHERE option_name = 'autovacuum_enabled')::boolean AS enabled
          FROM pg_options_to_table(c.reloptions)) o
      WHERE c.oid = {0}::regclass
      """;

  /** Creates it. */
  public VacuumHealth() {}

  /**
   * What keeps the rows that were deleted since it began from being removed.
   *
   * @param name what it is, with what is known of it
   * @param transaction the oldest transaction whose rows it keeps
   * @param seconds for how long at most; empty if that can't be seen
   */
  public record Holder(String name, long transaction, Optional<Double> seconds) {}

  /**
   * What is to be removed from the job table.
   *
   * @param rows how many rows
   * @param threshold from how many on autovacuum begins
   * @param secondsSinceVacuum when it was last done; empty if never
   * @param automatic whether autovacuum is on
   */
  public record DeadRows(
      long rows, double threshold, Optional<Double> secondsSinceVacuum, boolean automatic) {}

  /**
   * {@return whatever holds a transaction open, in this database or for all of them}
   *
   * @param db where to run
   */
  public List<Holder> holders(DSLContext db) {
    return db.resultQuery(HOLDERS)
        .fetch(
            row ->
                new Holder(
                    row.get(0, String.class),
                    row.get(1, long.class),
                    Optional.ofNullable(row.get(2, Double.class))));
  }

  /**
   * {@return what is to be removed from the job table}
   *
   * @param db where to run
   */
  public DeadRows deadRows(DSLContext db) {
    return db.resultQuery(DEAD_ROWS, val(db.render(RIVER_JOB)))
        .fetchSingle(
            row ->
                new DeadRows(
                    row.get(0, long.class),
                    row.get(1, double.class),
                    Optional.ofNullable(row.get(2, Double.class)),
                    row.get(3, boolean.class)));
  }
}
