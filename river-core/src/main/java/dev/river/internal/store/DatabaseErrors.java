package dev.river.internal.store;

import dev.river.error.DatabaseException;
import java.sql.SQLException;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/** Turns what the driver and the pool throw into our own exception, in one place. */
final class DatabaseErrors implements ExecuteListener {
  private static final long serialVersionUID = 1L;

  @Override
  public void exception(ExecuteContext context) {
    SQLException failure = context.sqlException();
    if (failure != null) {
      context.exception(translate(failure));
    }
  }

  static DatabaseException translate(SQLException failure) {
    return new DatabaseException(
        "the database refused or could not be reached: " + failure.getMessage(),
        failure.getSQLState(),
        failure);
  }
}
