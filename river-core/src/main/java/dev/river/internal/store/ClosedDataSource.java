package dev.river.internal.store;

import dev.river.error.SqlFault;
import java.sql.SQLException;
import java.util.Locale;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;

/**
 * Tells a data source that was closed for good from a database that is away for a while. Pools have
 * no SQLSTATE for it, only their words: "HikariDataSource ... has been closed", "Connection pool
 * closed" (Tomcat), "Data source is closed" (DBCP), "... has been closed() -- you can no longer use
 * it" (c3p0), "This pool is closed" (Agroal).
 */
public final class ClosedDataSource {
  private ClosedDataSource() {}

  /**
   * {@return whether a failure comes from a data source that was closed}
   *
   * @param failure what was thrown when a connection was wanted
   */
  public static boolean isCauseOf(Throwable failure) {
    return Stream.iterate(failure, link -> link != null, Throwable::getCause)
        .anyMatch(ClosedDataSource::saysSo);
  }

  private static boolean saysSo(Throwable failure) {
    return mayComeFromPool(failure) && isAboutClosedPool(String.valueOf(failure.getMessage()));
  }

  private static boolean mayComeFromPool(Throwable failure) {
    return switch (failure) {
      case PSQLException ofDriver -> ofDriver.getServerErrorMessage() == null;
      case SQLException ofPool ->
          ofPool.getSQLState() == null
              || SqlFault.of(ofPool.getSQLState()) == SqlFault.CLOSED_CONNECTION;
      default -> failure instanceof IllegalStateException;
    };
  }

  private static boolean isAboutClosedPool(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    boolean ofPool = Stream.of("pool", "datasource", "data source").anyMatch(text::contains);
    return ofPool
        && Stream.of("closed", "shut down", "shutdown", "terminated").anyMatch(text::contains);
  }
}
