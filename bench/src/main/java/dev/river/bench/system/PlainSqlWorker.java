package dev.river.bench.system;

import dev.river.bench.client.Failures;
import dev.river.bench.client.JobBody;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.sql.DataSource;

/**
 * Claims on one connection and completes on another. The statements do what River's do, the checks
 * that a result is still wanted included, but without a client around them.
 */
final class PlainSqlWorker {
  private static final String CLAIM =
      """
      WITH due AS (
        SELECT id FROM river_job
        WHERE state = 'available' AND queue = 'default' AND scheduled_at <= now()
        ORDER BY priority, scheduled_at, id
        LIMIT ?
        FOR UPDATE SKIP LOCKED
      )
      UPDATE river_job
      SET state = 'running', attempt = attempt + 1, attempted_at = now(),
        attempted_by = attempted_by || array['plain-sql']
      FROM due
      WHERE river_job.id = due.id
      RETURNING river_job.id, river_job.args""";
  private static final String COMPLETE =
      """
      UPDATE river_job SET state = 'completed', finalized_at = now()
      WHERE id = ANY (?) AND state = 'running' AND attempt = 1""";
  private static final String DELETE =
      "DELETE FROM river_job WHERE id = ANY (?) AND state = 'running' AND attempt = 1";

  private static final int BATCHES_BETWEEN = 4;
  private static final List<Long> END = List.of();

  private final DataSource dataSource;
  private final int limit;
  private final long rest;
  private final String end;
  private final JobBody body;
  private final BlockingQueue<List<Long>> done = new ArrayBlockingQueue<>(BATCHES_BETWEEN);
  private final Thread claimer = new Thread(() -> Failures.unchecked(this::claimAll), "claimer");
  private final Thread completer =
      new Thread(() -> Failures.unchecked(this::completeAll), "completer");
  private volatile boolean stopping;

  PlainSqlWorker(DataSource dataSource, Settings settings, History history, JobBody body) {
    this.dataSource = dataSource;
    this.limit = settings.number("batch");
    this.rest = settings.number("pollMillis");
    this.end = history == History.KEPT ? COMPLETE : DELETE;
    this.body = body;
  }

  void start() {
    claimer.start();
    completer.start();
  }

  void stop() throws InterruptedException {
    stopping = true;
    claimer.join();
    completer.join();
  }

  private void claimAll() throws SQLException, InterruptedException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      while (!stopping) {
        List<Long> batch = claimAndRun(claim);
        if (!batch.isEmpty()) {
          done.put(batch);
        }
        if (batch.size() < limit) {
          Thread.sleep(rest);
        }
      }
    } finally {
      done.put(END);
    }
  }

  private List<Long> claimAndRun(PreparedStatement claim)
      throws SQLException, InterruptedException {
    claim.setInt(1, limit);
    List<Long> ids = new ArrayList<>(limit);
    try (ResultSet jobs = claim.executeQuery()) {
      while (jobs.next()) {
        body.run(number(jobs.getString(2)));
        ids.add(jobs.getLong(1));
      }
    }
    return ids;
  }

  /** The last of the members, because PostgreSQL puts those with short names first. */
  private static long number(String args) {
    return Long.parseLong(args.substring(args.lastIndexOf(' ') + 1, args.length() - 1));
  }

  private void completeAll() throws SQLException, InterruptedException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement complete = connection.prepareStatement(end)) {
      for (List<Long> batch = done.take(); !batch.isEmpty(); batch = done.take()) {
        complete.setArray(1, connection.createArrayOf("bigint", batch.toArray()));
        complete.executeUpdate();
      }
    }
  }
}
