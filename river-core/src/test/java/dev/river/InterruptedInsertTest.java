package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.testing.RiverDatabase;
import dev.river.testing.Rude;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.InsertCall;
import java.sql.Connection;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an extension around an insert throws does not cost the caller's transaction. */
class InterruptedInsertTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  static Stream<Callable<Boolean>> failures() {
    return Stream.of(
        Rude::throwsChecked,
        Rude::interruptsAndThrows,
        () -> {
          throw new InterruptedException("as if it had waited");
        });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theCallersTransactionGoesOnAndNothingIsInserted(Callable<Boolean> failure) throws Exception {
    RiverClient client =
        river.client(
            RiverClient.builder(river.dataSource())
                .extension(
                    new Extension() {
                      @Override
                      public void aroundInsert(InsertCall call, InnerInsert inner)
                          throws Exception {
                        inner.proceed();
                        assertThat(failure.call()).isTrue();
                      }
                    }));
    FutureTask<Integer> caller = new FutureTask<>(() -> jobsAfterFailure(client));

    Thread.ofVirtual().start(caller);

    assertThat(caller.get()).isZero();
  }

  /** On a virtual thread, because an interruption closes its connections. */
  private int jobsAfterFailure(RiverClient client) throws Exception {
    try (Connection connection = river.unpooled().getConnection()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> client.insertTx(connection, new TestArgs("a")))
          .isInstanceOf(Throwable.class);
      Thread.interrupted();
      int jobs = DSL.using(connection, SQLDialect.POSTGRES).fetchCount(RIVER_JOB);
      connection.commit();
      return jobs;
    }
  }
}
