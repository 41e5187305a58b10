package dev.river.testing;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.RiverClient;
import dev.river.RiverClientBuilder;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobInserts;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.Notifications;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives each test a migrated database of its own, and ends the clients that it made. */
public final class RiverDatabase implements BeforeEachCallback, AfterEachCallback {
  /** Far longer than anything takes; only a test that fails waits for it. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  static {
    // The pool looks at each connection that it lends, so that a test that ends connections is
    // not lent one of them afterwards.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
  }

  private final List<RiverClient> clients = new ArrayList<>();
  private @Nullable TestDatabase database;
  private @Nullable HikariDataSource pool;

  @Override
  public void beforeEach(ExtensionContext context) {
    open();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  /** Makes the database; for properties, which know no extensions. */
  public void open() {
    database = TestPostgres.shared().createDatabase();
  }

  /** Ends the clients and the database. */
  public void close() {
    clients.forEach(RiverClient::close);
    clients.clear();
    if (pool != null) {
      pool.close();
      pool = null;
    }
    test().close();
  }

  /** A pool of connections. */
  public DataSource dataSource() {
    if (pool == null) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(unpooled());
      config.setMaximumPoolSize(20);
      config.setMinimumIdle(0);
      config.setConnectionInitSql("SET application_name = 'pool'");
      pool = new HikariDataSource(config);
    }
    return pool;
  }

  /** Opens a connection each time. */
  public DataSource unpooled() {
    return test().dataSource();
  }

  public String url() {
    return test().url();
  }

  /** What the library's own statements run on. */
  public Database database() {
    return new Database(dataSource(), Optional.empty());
  }

  /** What a user's own statements run on. */
  public DSLContext dsl() {
    return DSL.using(dataSource(), SQLDialect.POSTGRES);
  }

  /** A client that is closed when the test ends. */
  public RiverClient client(RiverClientBuilder builder) {
    RiverClient client = builder.build();
    clients.add(client);
    return client;
  }

  /** A client on this database that is started, and closed when the test ends. */
  public RiverClient started(RiverClientBuilder builder) {
    RiverClient client = client(builder);
    client.start();
    return client;
  }

  /** Ends every connection to this database, and returns when they have ended. */
  public void terminateEveryConnection() {
    DSL.using(unpooled(), SQLDialect.POSTGRES)
        .execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }

  /** Inserts a job as a client would, but tells nobody. */
  public long insert(NewJob job) {
    JobInserts inserts =
        new JobInserts(new JsonCodec(), new Notifications(new MessageCodec(), Optional.empty()));
    return database().call(db -> inserts.insert(db, job, false)).id();
  }

  /** What clients tell each other from now on; to be closed. */
  public NotificationStream listen() {
    return new Notifications(new MessageCodec(), Optional.empty()).listen(database());
  }

  /** What has arrived; waits for the first one. */
  public List<String> payloads(NotificationStream stream) {
    return stream.take(PATIENCE).stream().map(NotificationStream.Notification::payload).toList();
  }

  public RiverJobRecord row(long id) {
    return dsl().selectFrom(RIVER_JOB).where(RIVER_JOB.ID.eq(id)).fetchSingle();
  }

  /** Waits until a job is in a state, and returns it as it is then. */
  public RiverJobRecord awaitState(long id, RiverJobState state) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(row(id).getState()).isEqualTo(state));
    return row(id);
  }

  /** Waits until all of some jobs are in a state. */
  public void awaitAll(Collection<Long> ids, RiverJobState state) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () ->
                assertThat(
                        dsl()
                            .fetchCount(
                                RIVER_JOB, RIVER_JOB.ID.in(ids).and(RIVER_JOB.STATE.eq(state))))
                    .isEqualTo(ids.size()));
  }

  private TestDatabase test() {
    if (database == null) {
      throw new IllegalStateException("no test runs");
    }
    return database;
  }
}
