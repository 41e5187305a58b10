package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.error.DatabaseException;
import dev.river.internal.store.Database;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table that somebody else holds locked for long, as VACUUM FULL does. */
class LockedTableTest {
  private static final int POOL = 8;

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private static final int GIVE_UPS = 160;

  /** Two clients' worth of loops, and ten times as many statements that are given up. */
  @Test
  void whatIsGivenUpIsCancelledOnTheServer() throws Exception {
    log.expectWarnings(); // on a busy machine the client may give up before the server has
    AtomicInteger givenUp = new AtomicInteger();
    try (HikariDataSource one = pool("one");
        HikariDataSource two = pool("two");
        Connection locking = locked()) {
      List<Thread> loops = new ArrayList<>();
      for (int i = 0; i < POOL; i++) {
        loops.add(Thread.ofPlatform().start(() -> tryUntil(one, givenUp)));
        loops.add(Thread.ofPlatform().start(() -> tryUntil(two, givenUp)));
      }
      int most = 0;
      while (loops.stream().anyMatch(Thread::isAlive)) {
        most = Math.max(most, backends("application_name IN ('one', 'two')"));
        loops.getFirst().join(Duration.ofMillis(50));
      }

      assertThat(givenUp).hasValueGreaterThanOrEqualTo(GIVE_UPS);
      assertThat(most).isPositive().isLessThanOrEqualTo(3 * POOL);
      locking.rollback();
    }
  }

  private static void tryUntil(DataSource pool, AtomicInteger givenUp) {
    Database database =
        new Database(pool, Optional.empty()).withSilenceLimit(Duration.ofSeconds(3));
    while (givenUp.get() < GIVE_UPS) {
      try {
        database.run(db -> db.fetch("SELECT count(*) FROM river_job"));
      } catch (DatabaseException e) {
        givenUp.incrementAndGet();
      }
    }
  }

  /** Longer than three of the clients' limits. */
  @Test
  void clientsHaveNoMoreBackendsThanTheirPools() throws Exception {
    log.expectWarnings();
    try (HikariDataSource one = pool("one");
        HikariDataSource two = pool("two")) {
      try (RiverClient first = started("first", one);
          RiverClient second = started("second", two)) {
        long before = first.insert(new TestArgs("a")).id();
        river.awaitState(before, RiverJobState.completed);
        long waiting;
        try (Connection locking = locked()) {
          long end = System.nanoTime() + Duration.ofSeconds(33).toNanos();
          await()
              .atMost(Duration.ofMinutes(2))
              .pollInterval(Duration.ofMillis(250))
              .until(
                  () -> {
                    assertThat(backends("application_name IN ('one', 'two')"))
                        .isLessThanOrEqualTo(2 * POOL);
                    return System.nanoTime() - end >= 0;
                  });
          locking.rollback();
        }
        waiting = river.insert(NewJobs.available());
        river.awaitState(waiting, RiverJobState.completed);
        await().atMost(RiverDatabase.PATIENCE).until(() -> second.fleet().leader().isPresent());
      }
    }
  }

  private static RiverClient started(String id, DataSource pool) {
    RiverClient client =
        RiverClient.builder(pool)
            .id(id)
            .queue("default", 5)
            .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
            .build();
    client.start();
    return client;
  }

  private HikariDataSource pool(String name) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(river.url());
    config.addDataSourceProperty("ApplicationName", name);
    config.setMaximumPoolSize(POOL);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** A transaction that holds the table until it ends. */
  private Connection locked() throws SQLException {
    Connection connection = river.unpooled().getConnection();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE river_job IN ACCESS EXCLUSIVE MODE");
    }
    return connection;
  }

  private int backends(String which) {
    return river
        .dsl()
        .fetchSingle(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND " + which)
        .get(0, Integer.class);
  }
}
