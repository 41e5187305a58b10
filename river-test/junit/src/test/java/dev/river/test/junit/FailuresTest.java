package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.RiverClientBuilder;
import dev.river.test.JobDrain;
import dev.river.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tests are told that ask for what can't be had. */
class FailuresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OfAnotherType       | No ParameterResolver registered for parameter [java.sql.Connection
          ForAllTests         | a DSLContext belongs to one test, so there is none for all tests of dev.river.test.junit.FailuresTest$ForAllTests: ask for it in @BeforeEach, @AfterEach, a test method
          ForOneInstance      | a RiverClient belongs to one test, so there is none for all tests of
          DatabaseOfOthers    | with isolation TRANSACTION other tests use the database too, so there is no TestDatabase: ask for its DataSource, or use @RiverTest(isolation = Isolation.DATABASE)
          StartedWithoutSetup | a client without queues only inserts: name what it works with queue(name, maxWorkers) and workers(...) on its builder
          DrainedWithoutSetup | the client works no queues: name what is to be drained with queues(...)
          OfAnAbstractSetup   | a setup must be a class with a constructor without parameters that is neither abstract nor an inner class, got: dev.river.test.junit.FailuresTest$AbstractSetup
          OfASetupWithNeeds   | a setup must be a class with a constructor without parameters that is neither abstract nor an inner class, got: dev.river.test.junit.FailuresTest$SetupWithNeeds
          OfABrokenSetup      | the constructor of the setup dev.river.test.junit.FailuresTest$BrokenSetup failed: java.lang.IllegalStateException: broken
          OfAFailingPrepare   | no database for this test: prepare of dev.river.test.junit.FailuresTest$FailingPrepare failed: java.sql.SQLException: no table
          OfAFailingConfigure | Failed to resolve parameter [dev.river.RiverClient
          EndsTheTransaction  | the test has ended its transaction by a statement of its own, such as COMMIT, so that it can't be rolled back: use @RiverTest(isolation = Isolation.DATABASE)
          """)
  void saysWhatIsWrong(String tests, String message) throws ClassNotFoundException {
    TestRun run = TestRun.of(Class.forName(getClass().getName() + "$" + tests));

    assertThat(run.failures())
        .hasSize(1)
        .allSatisfy(failure -> assertThat(failure).hasStackTraceContaining(message));
  }

  @Test
  void aTestThatHasSpoiltTheCommonDatabaseHarmsNoOther() {
    assertThat(TestRun.of(EndsTheTransaction.class).failures()).hasSize(1);

    assertThat(TestRun.of(FindsNoTable.class).failures()).isEmpty();
  }

  @RiverTest
  static class OfAnotherType {
    @Test
    void test(Connection connection) {}
  }

  @RiverTest
  static class ForAllTests {
    @BeforeAll
    static void beforeAll(DSLContext dsl) {}

    @Test
    void test() {}
  }

  @RiverTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class ForOneInstance {
    ForOneInstance(RiverClient client) {}

    @Test
    void test() {}
  }

  @RiverTest(isolation = Isolation.TRANSACTION)
  static class DatabaseOfOthers {
    @Test
    void test(TestDatabase database) {}
  }

  @RiverTest
  static class StartedWithoutSetup {
    @Test
    void test(RiverClient client) {
      client.start();
    }
  }

  @RiverTest
  static class DrainedWithoutSetup {
    @Test
    void test(RiverClient client) {
      JobDrain.of(client).run();
    }
  }

  @RiverTest(setup = AbstractSetup.class)
  static class OfAnAbstractSetup {
    @Test
    void test(DSLContext dsl) {}
  }

  @RiverTest(setup = SetupWithNeeds.class)
  static class OfASetupWithNeeds {
    @Test
    void test(DSLContext dsl) {}
  }

  @RiverTest(setup = BrokenSetup.class)
  static class OfABrokenSetup {
    @Test
    void test(DSLContext dsl) {}
  }

  @RiverTest(setup = FailingPrepare.class)
  static class OfAFailingPrepare {
    @Test
    void test(DSLContext dsl) {}
  }

  @RiverTest(setup = FailingConfigure.class)
  static class OfAFailingConfigure {
    @Test
    void test(RiverClient client) {}
  }

  @RiverTest(isolation = Isolation.TRANSACTION)
  static class EndsTheTransaction {
    @Test
    void test(DSLContext dsl) {
      dsl.execute("CREATE TABLE left_behind (id bigint)");
      assertThatThrownBy(() -> dsl.execute("COMMIT")).isInstanceOf(DataAccessException.class);
    }
  }

  @RiverTest(isolation = Isolation.TRANSACTION)
  static class FindsNoTable {
    @Test
    void test(DSLContext dsl) {
      assertThat(dsl.fetchValue("SELECT to_regclass('left_behind')")).isNull();
    }
  }

  abstract static class AbstractSetup implements RiverTestSetup {}

  static final class SetupWithNeeds implements RiverTestSetup {
    SetupWithNeeds(String need) {}
  }

  static final class BrokenSetup implements RiverTestSetup {
    BrokenSetup() {
      throw new IllegalStateException("broken");
    }
  }

  static final class FailingPrepare implements RiverTestSetup {
    @Override
    public void prepare(DataSource database) throws SQLException {
      throw new SQLException("no table");
    }
  }

  static final class FailingConfigure implements RiverTestSetup {
    @Override
    public void configure(RiverClientBuilder client, DataSource database) {
      client.queue("default", 0);
    }
  }
}
