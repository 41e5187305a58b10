package dev.river.test;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database with River's tables twice, on the search path and in the schema {@code jobs}, and for
 * each test a transaction that is rolled back.
 */
final class AssertionsFixture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  static final String SCHEMA = "jobs";

  private final TestDatabase database = TestPostgres.shared().createDatabase();
  private final RiverClient client = RiverClient.builder(database.dataSource()).build();
  private final RiverClient clientOfSchema =
      RiverClient.builder(database.dataSource()).schema(SCHEMA).build();
  private Connection connection = connect();

  record SortArgs(List<String> strings) implements JobArgs {
    SortArgs {
      Objects.requireNonNull(strings, "strings");
    }

    @Override
    public String kind() {
      return "sort";
    }
  }

  /** Can't be read from what {@link SortArgs} has stored. */
  record OtherSortArgs(int strings) implements JobArgs {
    @Override
    public String kind() {
      return "sort";
    }
  }

  record MailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    RiverMigrator.builder(database.dataSource()).schema(SCHEMA).build().migrate();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    connection.close();
    connection = connect();
    connection.setAutoCommit(false);
  }

  @Override
  public void afterEach(ExtensionContext context) throws SQLException {
    connection.rollback();
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    connection.close();
    client.close();
    clientOfSchema.close();
    database.close();
  }

  /** {@return another connection, which sees only what is committed} */
  Connection connect() {
    try {
      return database.dataSource().getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException("no connection to the tests' database", e);
    }
  }

  Connection connection() {
    return connection;
  }

  DSLContext tx() {
    return DSL.using(connection, SQLDialect.POSTGRES);
  }

  RiverClient client() {
    return client;
  }

  RiverClient clientOfSchema() {
    return clientOfSchema;
  }

  <T extends JobArgs> Job<T> insert(T args) {
    return insert(args, InsertOpts.defaults());
  }

  <T extends JobArgs> Job<T> insert(T args, InsertOpts opts) {
    return client.insertTx(connection, args, opts).job();
  }
}
