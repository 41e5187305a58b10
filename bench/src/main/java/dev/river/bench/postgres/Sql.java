package dev.river.bench.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Runs statements of the benchmark's own, each in a transaction of its own. */
public final class Sql {
  private final DataSource dataSource;

  Sql(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Runs a statement whose result nobody needs. */
  public void execute(String sql) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** {@return the number that a query has as its only result} */
  public long number(String query) {
    return Long.parseLong(texts(query).getFirst());
  }

  /** {@return whether a query whose only result is a boolean says so} */
  public boolean is(String query) {
    return texts(query).getFirst().equals("t");
  }

  /** {@return the first column of what a query finds} */
  public List<String> texts(String query) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(String.valueOf(rows.getString(1)));
      }
      return texts;
    } catch (SQLException e) {
      throw failed(query, e);
    }
  }

  static IllegalStateException failed(String sql, SQLException cause) {
    return new IllegalStateException(
        "PostgreSQL refused %s: %s".formatted(sql, cause.getMessage()), cause);
  }
}
