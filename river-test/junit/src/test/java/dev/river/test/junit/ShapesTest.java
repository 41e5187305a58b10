package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.test.junit.OrdersSetup.SendArgs;
import dev.river.test.postgres.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes and methods of every shape that JUnit knows, one after the other and at once. */
class ShapesTest {
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @RiverTest(setup = OrdersSetup.class)
  private @interface OrdersTest {}

  private static void insertTheOnlyJob(RiverClient client, DSLContext dsl) {
    client.insert(new SendArgs(7));
    assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
  }

  @Test
  void allWorkOneAfterTheOther() {
    TestRun run = TestRun.of(Methods.class, OneInstance.class, Outer.class, Composed.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.succeeded()).isEqualTo(8 + 12 + 6 + 2);
  }

  @Test
  void allWorkAtOnce() {
    TestRun run = TestRun.inParallel(Methods.class, OneInstance.class, Outer.class, Composed.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.succeeded()).isEqualTo(8 + 12 + 6 + 2);
  }

  /** Eight tests. */
  @RiverTest
  static class Methods {
    @Test
    void test(RiverClient client, DSLContext dsl) {
      insertTheOnlyJob(client, dsl);
    }

    @RepeatedTest(3)
    void repeated(RepetitionInfo repetition, RiverClient client, DSLContext dsl) {
      assertThat(repetition.getTotalRepetitions()).isEqualTo(3);
      insertTheOnlyJob(client, dsl);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void parameterized(String value, RiverClient client, DSLContext dsl) {
      assertThat(value).hasSize(1);
      insertTheOnlyJob(client, dsl);
    }

    @TestFactory
    Stream<DynamicTest> madeByAMethodWhoseDatabaseTheyShare(RiverClient client, DSLContext dsl) {
      insertTheOnlyJob(client, dsl);
      return Stream.of("c", "d")
          .map(
              name ->
                  DynamicTest.dynamicTest(
                      name, () -> assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1)));
    }
  }

  /** Twelve tests. */
  @RiverTest
  @TestInstance(Lifecycle.PER_CLASS)
  static class OneInstance {
    @BeforeEach
    void insert(RiverClient client) {
      client.insert(new SendArgs(7));
    }

    @RepeatedTest(12)
    void repeated(DSLContext dsl) {
      assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
    }
  }

  /** Six tests. */
  @RiverTest(setup = OrdersSetup.class)
  static class Outer {
    private final RiverClient client;

    Outer(RiverClient client) {
      this.client = client;
    }

    @Test
    void outside(DSLContext dsl) {
      insertTheOnlyJob(client, dsl);
    }

    @Nested
    class Inner {
      private final DSLContext dsl;

      Inner(DSLContext dsl) {
        this.dsl = dsl;
      }

      @BeforeEach
      void insert() {
        insertTheOnlyJob(client, dsl);
      }

      @RepeatedTest(2)
      void inside() {
        assertThat(OrdersSetup.isSent(dsl, 7)).isFalse();
      }

      @Nested
      class Innermost {
        @Test
        void deepInside(RiverClient sameClient, DSLContext sameDsl) {
          assertThat(sameClient).isSameAs(client);
          assertThat(sameDsl).isSameAs(dsl);
          assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
        }
      }
    }

    @Nested
    @RiverTest
    class OtherSetup {
      @RepeatedTest(2)
      void hasNoOrders(DSLContext dsl) {
        assertThat(dsl.fetchExists(DSL.table("pg_class"), DSL.condition("relname = 'orders'")))
            .isFalse();
        insertTheOnlyJob(client, dsl);
      }
    }
  }

  /** Two tests. */
  @OrdersTest
  abstract static class Base {
    @Test
    void inherits(DSLContext dsl, DataSource dataSource, TestDatabase database) {
      assertThat(OrdersSetup.isSent(dsl, 7)).isFalse();
      assertThat(database.dataSource()).isSameAs(dataSource);
    }
  }

  @OrdersTest
  @ExtendWith({}) // beside others
  static class Composed extends Base {
    @Test
    void hasTheSetupOfAnAnnotationOfItsOwn(DSLContext dsl) {
      assertThat(OrdersSetup.isSent(dsl, 7)).isFalse();
    }
  }
}
