package dev.river.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.RiverClient;
import dev.river.job.Job;
import dev.river.periodic.MissedRuns;
import dev.river.periodic.PeriodicJob;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A process that works jobs until its standard input ends. */
final class FleetMemberProgram {
  private FleetMemberProgram() {}

  public static void main(String[] args) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args[0]);
    config.setMaximumPoolSize(15);
    config.setConnectionTimeout(5_000);
    try (HikariDataSource pool = new HikariDataSource(config);
        RiverClient client =
            RiverClient.builder(pool)
                .id(args[1])
                .queue("default", 8)
                .workers(
                    new Workers()
                        .add(EffectArgs.class, (job, context) -> work(pool, job, context))
                        .add(TickArgs.class, (job, context) -> WorkResult.completed()))
                .periodic(
                    PeriodicJob.every(Duration.ofSeconds(1), TickArgs::new)
                        .id(TickArgs.ID)
                        .missedRuns(MissedRuns.runAll(1_000)))
                .maxAttempts(1_000)
                .maxRescues(1_000)
                .retryPolicy(job -> Duration.ofMillis(100))
                .build()) {
      client.start();
      System.out.println("started");
      while (System.in.read() >= 0) {
        // until whoever started this process ends it
      }
      client.stop(Duration.ofSeconds(10));
    }
  }

  /** The effect and the completion are one transaction, so both happen once or not at all. */
  private static WorkResult work(DataSource pool, Job<EffectArgs> job, JobContext context)
      throws Exception {
    Thread.sleep(job.args().millis());
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        recordEffect(connection, job);
        context.completeTx(connection);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
    return WorkResult.completed();
  }

  private static void recordEffect(Connection connection, Job<?> job) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO effect (job_id, attempt) VALUES (?, ?)")) {
      insert.setLong(1, job.id());
      insert.setInt(2, job.attempt());
      insert.executeUpdate();
    }
  }
}
