package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SavepointsTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  /** Else each failure would nest the transaction further, which gets slower with each. */
  @Test
  void oneThatWasRolledBackToIsReleased() throws Exception {
    List<Savepoint> released = new ArrayList<>();
    try (Connection connection = river.unpooled().getConnection()) {
      connection.setAutoCommit(false);
      Connection watched =
          Proxies.of(
              Connection.class,
              connection,
              Map.of(
                  "releaseSavepoint",
                  arguments -> {
                    Savepoint savepoint = (Savepoint) arguments[0];
                    connection.releaseSavepoint(savepoint);
                    released.add(savepoint);
                    return "released";
                  }));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(
                () ->
                    Savepoints.behind(
                        watched,
                        () -> {
                          throw new SQLException("the work failed");
                        }))
            .hasMessage("the work failed")
            .hasNoSuppressedExceptions();
      }
      Savepoints.behind(watched, () -> "it goes on");
      connection.rollback();
    }
    assertThat(released).hasSize(4).doesNotHaveDuplicates();
  }
}
