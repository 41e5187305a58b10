package dev.river.internal.store;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Keeps what rows hold out of exceptions: PostgreSQL shows rows that it refuses in the DETAIL and
 * the CONTEXT of its errors, which the driver appends to its message.
 */
final class RowContents {
  private RowContents() {}

  /**
   * {@return an exception that says the same as the given one, and so do its causes, but without
   * the contents of rows} It is the given one if that shows none.
   */
  static SQLException removed(SQLException failure) {
    for (Throwable link = failure; link != null; link = link.getCause()) {
      ServerErrorMessage said = saidBy(link);
      if (said != null && mayShowRows(said)) {
        return copy(failure);
      }
    }
    return failure;
  }

  private static boolean mayShowRows(ServerErrorMessage said) {
    return said.getDetail() != null || said.getWhere() != null || said.getInternalQuery() != null;
  }

  private static @Nullable ServerErrorMessage saidBy(Throwable failure) {
    return failure instanceof PSQLException ofServer ? ofServer.getServerErrorMessage() : null;
  }

  private static SQLException copy(SQLException failure) {
    SQLException copy = withoutCause(failure);
    copy.setStackTrace(failure.getStackTrace());
    if (failure.getCause() instanceof SQLException cause) {
      copy.initCause(copy(cause));
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      copy.addSuppressed(suppressed instanceof SQLException other ? removed(other) : suppressed);
    }
    return copy;
  }

  /** Of the type that tells what may be done about it. */
  private static SQLException withoutCause(SQLException failure) {
    ServerErrorMessage said = saidBy(failure);
    if (said != null) {
      return new PSQLException(said, false);
    }
    String message = message(failure);
    return switch (failure) {
      case SQLTransientException any -> new SQLTransientException(message, any.getSQLState());
      case SQLRecoverableException any -> new SQLRecoverableException(message, any.getSQLState());
      default -> new SQLException(message, failure.getSQLState());
    };
  }

  /** Some exceptions repeat what their cause says. */
  private static String message(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    for (Throwable link = failure.getCause(); link != null; link = link.getCause()) {
      ServerErrorMessage said = saidBy(link);
      if (said != null) {
        message =
            message.replace(
                said.toString(), String.valueOf(new PSQLException(said, false).getMessage()));
      }
    }
    return message;
  }
}
