package dev.river.internal.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.EnumType;
import org.jooq.JSONB;
import org.jooq.Query;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements that jOOQ has built and reads their rows from the driver: what jOOQ does for each
 * value of each row is several times what PostgreSQL needs to claim the job.
 */
final class DirectRows {
  private DirectRows() {}

  /** Reads a row. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** {@return what a reader makes of each row of a statement} */
  static <T> List<T> fetch(DSLContext db, Query query, Reader<T> reader) {
    return fetch(db, query.getSQL(), query.getBindValues(), reader);
  }

  /** {@return what a reader makes of the row of a statement that has one at most} */
  static <T> Optional<T> fetchOptional(DSLContext db, Query query, Reader<T> reader) {
    return fetch(db, query, reader).stream().findFirst();
  }

  /**
   * {@return what a reader makes of each row of a statement}
   *
   * @param db where to run
   * @param sql its text
   * @param values those of its parameters in their order: JSON, texts, numbers, times, enums and
   *     arrays of them, which the text casts to what they are
   * @param reader reads a row
   */
  static <T> List<T> fetch(
      DSLContext db, String sql, List<? extends @Nullable Object> values, Reader<T> reader) {
    return db.connectionResult(
        connection -> {
          try {
            return fetch(connection, sql, values, reader, secondsOf(db));
          } catch (SQLException e) {
            throw DatabaseErrors.translate(e);
          }
        });
  }

  /** {@return how long a statement may take in a context; 0 for as long as it likes} */
  private static int secondsOf(DSLContext db) {
    return Objects.requireNonNullElse(db.settings().getQueryTimeout(), 0);
  }

  private static <T> List<T> fetch(
      Connection connection,
      String sql,
      List<? extends @Nullable Object> values,
      Reader<T> reader,
      int seconds)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (seconds > 0) { // else whoever gave the connection may have set one
        statement.setQueryTimeout(seconds);
      }
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, ofDriver(connection, values.get(i)));
      }
      List<T> rows = new ArrayList<>();
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows.add(reader.read(found));
        }
      }
      return rows;
    }
  }

  private static @Nullable Object ofDriver(Connection connection, @Nullable Object value)
      throws SQLException {
    return switch (value) {
      case null -> null;
      case Instant instant -> instant.atOffset(ZoneOffset.UTC);
      case JSONB json -> json.data();
      case EnumType literal -> literal.getLiteral();
      case String[] texts -> connection.createArrayOf("text", texts);
      case Long[] numbers -> connection.createArrayOf("int8", numbers);
      case Integer[] numbers -> connection.createArrayOf("int4", numbers);
      case Boolean[] truths -> connection.createArrayOf("bool", truths);
      case Instant[] times -> connection.createArrayOf("timestamptz", times);
      case JSONB[] jsons -> texts(connection, jsons, JSONB::data);
      case EnumType[] literals -> texts(connection, literals, EnumType::getLiteral);
      default -> value;
    };
  }

  private static <T> Array texts(
      Connection connection, @Nullable T[] values, Function<T, String> text) throws SQLException {
    return connection.createArrayOf(
        "text",
        Arrays.stream(values)
            .map(value -> value == null ? null : text.apply(value))
            .toArray(String[]::new));
  }
}
