package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.test.JobDrain;
import dev.river.test.junit.OrdersSetup.SendArgs;
import dev.river.test.postgres.ServerKind;
import dev.river.test.postgres.TestDatabase;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

class RiverExtensionTest {
  private static final List<Long> SENT = new CopyOnWriteArrayList<>();
  private static final AtomicInteger PREPARED = new AtomicInteger();
  private static final Workers WORKERS =
      new Workers()
          .add(
              SendArgs.class,
              (job, context) -> {
                SENT.add(job.args().order());
                return WorkResult.completed();
              });

  @RegisterExtension
  static final RiverExtension RIVER =
      RiverExtension.builder()
          .prepare(
              database -> {
                PREPARED.incrementAndGet();
                DSL.using(database, SQLDialect.POSTGRES).execute("CREATE TABLE bills (id bigint)");
              })
          .client(client -> client.workers(WORKERS).queue("default", 1))
          .build();

  @RepeatedTest(2)
  void usesValuesOfTheTestClassAndPreparesOnce(RiverClient client, DSLContext dsl) {
    client.insert(new SendArgs(41));
    JobDrain.of(client).run();

    assertThat(SENT).contains(41L);
    assertThat(dsl.fetchCount(DSL.table("bills"))).isZero();
    assertThat(PREPARED).hasValue(1);
  }

  @Nested
  class Inside {
    @Test
    void isUsedByNestedClasses(DSLContext dsl) {
      assertThat(dsl.fetchCount(DSL.table("bills"))).isZero();
    }
  }

  @Test
  void worksInFieldsOfEveryKind() {
    TestRun run = TestRun.inParallel(InAnInstance.class, WithTheDatabase.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.succeeded()).isEqualTo(3);
  }

  @Test
  void refusesMissingSettings() {
    RiverExtension.Builder builder = RiverExtension.builder();
    assertThatThrownBy(() -> builder.isolation(nothing())).hasMessage("isolation");
    assertThatThrownBy(() -> builder.server(nothing())).hasMessage("server");
    assertThatThrownBy(() -> builder.prepare(nothing())).hasMessage("prepare");
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a caller must not give
  private static <T> T nothing() {
    return null;
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class InAnInstance {
    @RegisterExtension
    final RiverExtension river =
        RiverExtension.builder()
            .isolation(Isolation.TRANSACTION)
            .server(ServerKind.EMBEDDED)
            .build();

    @RepeatedTest(2)
    void rollsBack(RiverClient client, DSLContext dsl) {
      client.insert(new SendArgs(7));
      assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
    }
  }

  static class WithTheDatabase {
    @RegisterExtension
    static final RiverExtension RIVER =
        RiverExtension.builder()
            .prepare(new OrdersSetup()::prepare)
            .client(
                (client, database) ->
                    client.workers(OrdersSetup.workers(database)).queue("default", 1))
            .build();

    @Test
    void worksInTheDatabaseOfTheTest(RiverClient client, DSLContext dsl, TestDatabase database) {
      assertThat(dsl.fetchValue("SELECT current_database()")).isEqualTo(database.name());
      client.insert(new SendArgs(7));
      JobDrain.of(client).run();
      assertThat(OrdersSetup.isSent(dsl, 7)).isTrue();
    }
  }
}
