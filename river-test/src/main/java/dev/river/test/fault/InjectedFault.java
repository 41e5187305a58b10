package dev.river.test.fault;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FaultyDataSource} throws when a fault happens, and for everything that is tried on
 * a connection that was lost. Its SQLSTATE is that of the real thing: 08006 on a lost connection,
 * 08001 for a new one after a crash, and the chosen one for a statement that is refused.
 */
public final class InjectedFault extends SQLException {
  private static final long serialVersionUID = 1L;

  InjectedFault(String what, String sqlState, @Nullable Throwable cause) {
    super("injected fault: " + what, sqlState, cause);
  }
}
