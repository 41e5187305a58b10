package dev.river.bench.system;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.bench.client.JobBody;
import dev.river.bench.client.Library;
import dev.river.bench.client.Payload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Statements as one would write them by hand, and two threads that run them. */
final class PlainSqlLibrary implements Library {
  private static final String INSERT =
      "INSERT INTO river_job (args, kind, max_attempts) VALUES (?::jsonb, 'bench', 25)";
  private static final String INSERT_ALL =
      "INSERT INTO river_job (args, kind, max_attempts)"
          + " SELECT args::jsonb, 'bench', 25 FROM unnest(?::text[]) AS job (args)";
  private static final String COPY =
      "COPY river_job (args, kind, max_attempts) FROM STDIN (FORMAT text)";

  private final HikariDataSource pool;
  private final Settings settings;
  private final History history;
  private @Nullable PlainSqlWorker worker;

  /**
   * Creates it.
   *
   * @param pool its connections, which it closes
   * @param settings the size of its batches
   * @param history what becomes of its jobs
   */
  PlainSqlLibrary(HikariDataSource pool, Settings settings, History history) {
    this.pool = pool;
    this.settings = settings;
    this.history = history;
  }

  @Override
  public void insert(Payload job) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, json(job));
      statement.executeUpdate();
    }
  }

  @Override
  public void insertAll(List<Payload> jobs) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSERT_ALL)) {
      Object[] args = jobs.stream().map(PlainSqlLibrary::json).toArray();
      statement.setArray(1, connection.createArrayOf("text", args));
      statement.executeUpdate();
    }
  }

  @Override
  public void copy(Stream<Payload> jobs) throws SQLException, IOException {
    try (Connection connection = pool.getConnection();
        InputStream rows = rows(jobs)) {
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY, rows);
    }
  }

  /** Made before the statement begins, though the time that takes counts, as it does elsewhere. */
  private static InputStream rows(Stream<Payload> jobs) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    jobs.forEach(
        job -> rows.writeBytes((json(job) + "\tbench\t25\n").getBytes(StandardCharsets.UTF_8)));
    return new ByteArrayInputStream(rows.toByteArray());
  }

  private static String json(Payload job) {
    return "{\"number\": " + job.number() + ", \"text\": \"" + job.text() + "\"}";
  }

  @Override
  public void start(int workers, JobBody body) {
    worker = new PlainSqlWorker(pool, settings, history, body);
    worker.start();
  }

  @Override
  public void stop() throws InterruptedException {
    PlainSqlWorker running = worker;
    if (running != null) {
      worker = null;
      running.stop();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
