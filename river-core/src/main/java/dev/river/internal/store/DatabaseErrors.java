package dev.river.internal.store;

import dev.river.error.DatabaseException;
import dev.river.error.DatabaseException.Reason;
import dev.river.error.SqlFault;
import dev.river.error.UniqueConflictException;
import java.sql.SQLException;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns what the driver and the pool throw into our own exception, in one place. */
final class DatabaseErrors implements ExecuteListener {
  private static final long serialVersionUID = 1L;

  private static final String UNIQUE_INDEX = "river_job_unique_idx";

  /** What is said to be wrong in PgBouncer's statement mode, which itself says 08P01. */
  private static final String NOT_SUPPORTED = "0A000";

  /** PgBouncer speaks English only. */
  private static final String STATEMENT_MODE = "statement pooling mode";

  @Override
  public void exception(ExecuteContext context) {
    SQLException failure = context.sqlException();
    if (failure != null) {
      context.exception(translate(failure));
    }
  }

  /** {@return our own exception for what a statement threw} */
  static DatabaseException translate(SQLException failure) {
    SQLException told = RowContents.removed(failure);
    ServerErrorMessage said =
        failure instanceof PSQLException ofServer ? ofServer.getServerErrorMessage() : null;
    if (said != null && UNIQUE_INDEX.equals(said.getConstraint())) {
      return new UniqueConflictException(
          "another job holds the unique key: " + told.getMessage(),
          failure.getSQLState(),
          ConflictingKey.hexIn(said.getDetail()),
          told);
    }
    DatabaseException translated = translate(told, "the connection to the database broke: ");
    return said != null && translated.isUnreachable() && RaisedException.isRaised(said)
        ? new RaisedException(
            "the statement failed: " + told.getMessage(), failure.getSQLState(), told)
        : translated;
  }

  /** {@return our own exception for what a data source threw that was asked for a connection} */
  static DatabaseException translateOfConnecting(SQLException failure) {
    return translate(RowContents.removed(failure), "could not connect to the database: ");
  }

  private static DatabaseException translate(SQLException failure, String unreachable) {
    boolean statementMode = isStatementMode(failure);
    String state = statementMode ? NOT_SUPPORTED : failure.getSQLState();
    DatabaseException known = new DatabaseException("", state, failure);
    Reason reason = known.reason();
    String what = reason == Reason.UNREACHABLE ? unreachable : what(reason);
    return new DatabaseException(
        what + failure.getMessage() + hint(known.fault(), statementMode), state, failure);
  }

  /** PgBouncer ends the connection then, as it does when it has no server. */
  private static boolean isStatementMode(SQLException failure) {
    String message = failure.getMessage();
    return message != null && message.contains(STATEMENT_MODE);
  }

  private static String what(Reason reason) {
    return switch (reason) {
      case NO_CONNECTION_LEFT -> "no connection to the database is free: ";
      case READ_ONLY -> "the database is read-only: ";
      case PERMISSION -> "the database refused it to this role: ";
      case CANCELLED -> "the statement was cancelled: ";
      case CONTENTION -> "the statement failed because of another transaction: ";
      case SCHEMA, ROW, OTHER, UNREACHABLE -> "the statement failed: ";
    };
  }

  private static String hint(SqlFault fault, boolean statementMode) {
    if (fault == SqlFault.PREPARED_STATEMENT) {
      return " - behind a pooler such as PgBouncer in transaction mode, set prepareThreshold=0 in"
          + " the JDBC URL";
    }
    if (statementMode) {
      return " - PgBouncer's statement mode can't be used: set pool_mode to transaction or session";
    }
    return switch (fault.reason()) {
      case SCHEMA ->
          " - are River's tables missing or too old, or in another schema than the client's? Run"
              + " RiverMigrator (artifact river-db), and give the same .schema(...) to"
              + " RiverMigrator.builder(dataSource) and to RiverClient.builder(dataSource)";
      case PERMISSION ->
          " - the client's role needs USAGE on River's schema, and SELECT, INSERT, UPDATE and"
              + " DELETE on its tables";
      case READ_ONLY -> " - is it a standby, or was there a failover?";
      case UNREACHABLE, NO_CONNECTION_LEFT, ROW, CONTENTION, CANCELLED, OTHER -> "";
    };
  }
}
