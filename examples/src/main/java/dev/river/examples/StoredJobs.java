package dev.river.examples;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.Record6;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Looks jobs up where they are stored: in the table {@code river_job}. */
final class StoredJobs {
  private static final String SELECT =
      """
      SELECT id, kind, state::text, attempt, max_attempts,
        coalesce((SELECT string_agg(error ->> 'error', '; ') FROM unnest(errors) AS error), 'none')
      FROM river_job
      WHERE id = ANY (?)
      ORDER BY id
      """;

  private static final String TABLE_LINE = "%4s  %-10s  %-9s  %8s  %s";

  private final DataSource dataSource;

  StoredJobs(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** {@return a job as a line of text} */
  String describe(long id) {
    return find(List.of(id)).stream()
        .map(
            job ->
                "job %s is %s after %s of %s attempts, errors: %s"
                    .formatted(
                        job.value1(), job.value3(), job.value4(), job.value5(), job.value6()))
        .findFirst()
        .orElse("job %s does not exist".formatted(id));
  }

  /** {@return jobs as a table: a head, and a line for each that exists} */
  List<String> table(Collection<Long> ids) {
    List<String> lines = new ArrayList<>();
    lines.add(TABLE_LINE.formatted("id", "kind", "state", "attempts", "errors"));
    find(ids)
        .forEach(
            job ->
                lines.add(
                    TABLE_LINE.formatted(
                        job.value1(), job.value2(), job.value3(), job.value4(), job.value6())));
    return lines;
  }

  private List<Record6<Long, String, String, Integer, Integer, String>> find(Collection<Long> ids) {
    return DSL.using(dataSource, SQLDialect.POSTGRES)
        .resultQuery(SELECT, (Object) ids.toArray(Long[]::new))
        .coerce(
            DSL.field("id", SQLDataType.BIGINT),
            DSL.field("kind", SQLDataType.VARCHAR),
            DSL.field("state", SQLDataType.VARCHAR),
            DSL.field("attempt", SQLDataType.INTEGER),
            DSL.field("max_attempts", SQLDataType.INTEGER),
            DSL.field("errors", SQLDataType.VARCHAR))
        .fetch();
  }
}
