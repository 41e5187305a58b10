package dev.river.test.fault;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Lets the server itself refuse a statement, so that a transaction is left as it is after that. */
final class Refusals {
  private Refusals() {}

  /** {@return what the driver throws} */
  static SQLException onServer(Connection connection, String sqlState) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'injected fault', ERRCODE = '%s'; END $$"
              .formatted(sqlState));
    } catch (SQLException e) {
      return e;
    }
    throw new IllegalStateException("the server took what it was to refuse with " + sqlState);
  }
}
