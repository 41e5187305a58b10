package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.Insert;
import dev.river.job.JobInsertParams;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies whose jobs are made with the connection into which they are copied. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CopyFromItselfTest {
  private static final String MESSAGE = "the jobs of insertManyFast must not be made with";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;

  /** How a job of the stream uses the connection. */
  record Use(String name, OnConnection use) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface OnConnection {
    void use(RiverClient client, Connection connection) throws SQLException;
  }

  static List<Use> uses() {
    return List.of(
        new Use("JDBC", (client, connection) -> execute(connection)),
        new Use(
            "jOOQ",
            (client, connection) -> DSL.using(connection, SQLDialect.POSTGRES).fetch("SELECT 1")),
        new Use(
            "insertTx", (client, connection) -> client.insertTx(connection, new TestArgs("inner"))),
        new Use(
            "insertManyFastTx",
            (client, connection) ->
                client.insertManyFastTx(connection, Stream.of(Insert.of(new TestArgs("inner"))))),
        new Use("jobs", (client, connection) -> client.jobs(connection).counts()),
        new Use("commit", (client, connection) -> connection.commit()),
        new Use(
            "one whose failure is ignored",
            (client, connection) -> {
              try {
                execute(connection);
              } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("25P02");
              }
            }));
  }

  private static void execute(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  @BeforeEach
  void makeClient() {
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  @ParameterizedTest
  @MethodSource("uses")
  void isRefusedInsteadOfWaitingForItself(Use use) throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);

      assertThatThrownBy(() -> client.insertManyFastTx(connection, using(use, connection)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(MESSAGE);
      connection.rollback();

      assertThat(client.insertManyFastTx(connection, Stream.of(Insert.of(new TestArgs("b")))))
          .isEqualTo(1);
      connection.commit();
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
  }

  @Test
  void leavesTheTransactionAsItWas() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      client.insertTx(connection, new TestArgs("before"));

      assertThatThrownBy(
              () -> client.insertManyFastTx(connection, using(uses().getFirst(), connection)))
          .hasMessageStartingWith(MESSAGE);
      client.insertTx(connection, new TestArgs("after"));
      connection.commit();
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(2);
  }

  @Test
  void isFoundInAContextsTransaction() {
    assertThatThrownBy(
            () ->
                river
                    .dsl()
                    .transaction(
                        tx ->
                            client.insertManyFastTx(
                                tx.dsl(),
                                jobs(
                                    job -> {
                                      tx.dsl().fetch("SELECT 1");
                                      return job;
                                    }))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(MESSAGE);
  }

  @Test
  void isFoundInAnExtension() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      RiverClient extended =
          river.client(
              RiverClient.builder(river.dataSource())
                  .extension(
                      new Extension() {
                        @Override
                        public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
                          execute(connection);
                          return job;
                        }
                      }));

      assertThatThrownBy(
              () -> extended.insertManyFastTx(connection, jobs(UnaryOperator.identity())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(MESSAGE);
    }
  }

  /** Only the same connection is refused. */
  @Test
  void anotherConnectionMayBeUsed() throws Exception {
    try (Connection connection = river.dataSource().getConnection();
        Connection other = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);

      assertThat(client.insertManyFastTx(connection, using(uses().getFirst(), other)))
          .isEqualTo(10);
      connection.commit();
    }
  }

  @Test
  void aStreamThatThrowsWhatItMustNotEndsItsCopyToo() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      client.insertTx(connection, new TestArgs("before"));

      assertThatThrownBy(
              () ->
                  client.insertManyFastTx(
                      connection, jobs(job -> sneak(new IOException("the file ended")))))
          .hasRootCauseInstanceOf(IOException.class);
      assertThatThrownBy(
              () -> client.insertManyFast(jobs(job -> sneak(new IOException("the file ended")))))
          .hasRootCauseInstanceOf(IOException.class);
      client.insertTx(connection, new TestArgs("after"));
      connection.commit();
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(2);
  }

  private Stream<Insert<TestArgs>> using(Use use, Connection connection) {
    return jobs(
        job -> {
          try {
            use.use().use(client, connection);
          } catch (SQLException e) {
            throw new IllegalArgumentException(e);
          }
          return job;
        });
  }

  private static Stream<Insert<TestArgs>> jobs(UnaryOperator<Insert<TestArgs>> each) {
    return IntStream.range(0, 10).mapToObj(i -> each.apply(Insert.of(new TestArgs("a" + i))));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Kotlin throws
  private static <R, X extends Throwable> R sneak(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
