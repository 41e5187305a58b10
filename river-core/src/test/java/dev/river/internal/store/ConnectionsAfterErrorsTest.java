package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** After an error of the JVM amid a statement, nobody knows what is left to read of its answer. */
class ConnectionsAfterErrorsTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aConnectionIsNotLentAgainAfterAnError() {
    Database database = river.database();
    Database limited = database.withSilenceLimit(Duration.ofSeconds(10));

    endsItsConnection(work -> database.call(work));
    endsItsConnection(work -> database.callAtomically(work));
    endsItsConnection(work -> limited.callWithin(Duration.ofSeconds(5), work));
  }

  private void endsItsConnection(Function<Function<DSLContext, Integer>, Integer> calls) {
    AtomicInteger pid = new AtomicInteger();
    assertThatThrownBy(
            () ->
                calls.apply(
                    db -> {
                      pid.set(pid(db));
                      throw new OutOfMemoryError("injected");
                    }))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("injected");

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () -> river.dsl().fetch("SELECT FROM pg_stat_activity WHERE pid = " + pid).isEmpty());
    assertThat(calls.apply(ConnectionsAfterErrorsTest::pid)).isNotEqualTo(pid.get());
  }

  private static int pid(DSLContext db) {
    return db.fetchSingle("SELECT pg_backend_pid()").get(0, Integer.class);
  }
}
