package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.store.ClientStore.Seen;
import dev.river.testing.RiverDatabase;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each client of a large fleet does every few seconds must not read the rows of all. */
class ClientStoreTest {
  private static final int CLIENTS = 200;

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final ClientStore clients = new ClientStore(new AdvisoryLocks(7, Optional.empty()));

  @BeforeEach
  void register() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_java_client (client_id, gone_at)"
                + " SELECT 'client-' || i, CASE WHEN i = 2 THEN now() END"
                + " FROM generate_series(1, ?) i",
            CLIENTS);
    river.dsl().execute("ANALYZE river_java_client");
  }

  @Test
  void readsFewRowsToLookAtThoseThatStartedFirst() {
    long read =
        rowsReadBy(
            db ->
                assertThat(clients.elders(db))
                    .extracting(Seen::clientId)
                    .isEqualTo(
                        List.of(
                            "client-1",
                            "client-3",
                            "client-4",
                            "client-5",
                            "client-6",
                            "client-7")));

    assertThat(read).isLessThan(20);
  }

  private long rowsReadBy(Consumer<DSLContext> work) {
    return river
        .database()
        .callAtomically(
            db -> {
              long before = rowsReadSoFar(db);
              work.accept(db);
              return rowsReadSoFar(db) - before;
            });
  }

  private static long rowsReadSoFar(DSLContext db) {
    return db.fetchSingle(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                + " WHERE relname = 'river_java_client'")
        .get(0, Long.class);
  }
}
