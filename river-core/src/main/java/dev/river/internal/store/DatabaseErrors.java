package dev.river.internal.store;

import dev.river.error.DatabaseException;
import dev.river.error.UniqueConflictException;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns what the driver and the pool throw into our own exception, in one place. */
final class DatabaseErrors implements ExecuteListener {
  private static final long serialVersionUID = 1L;

  private static final String UNIQUE_INDEX = "river_job_unique_idx";
  private static final Pattern KEY = Pattern.compile("\\(\\\\x([0-9a-f]+)\\)");

  @Override
  public void exception(ExecuteContext context) {
    SQLException failure = context.sqlException();
    if (failure != null) {
      context.exception(translate(failure));
    }
  }

  static DatabaseException translate(SQLException failure) {
    ServerErrorMessage said =
        failure instanceof PSQLException ofServer ? ofServer.getServerErrorMessage() : null;
    if (said != null && UNIQUE_INDEX.equals(said.getConstraint())) {
      return new UniqueConflictException(
          "another job holds the unique key: " + failure.getMessage(),
          failure.getSQLState(),
          key(said.getDetail()),
          failure);
    }
    return new DatabaseException(
        "the database refused or could not be reached: " + failure.getMessage(),
        failure.getSQLState(),
        failure);
  }

  /** The server says: Key (unique_key)=(\x0123...) already exists. */
  private static @Nullable String key(@Nullable String detail) {
    Matcher matcher = KEY.matcher(detail == null ? "" : detail);
    return matcher.find() ? matcher.group(1) : null;
  }
}
