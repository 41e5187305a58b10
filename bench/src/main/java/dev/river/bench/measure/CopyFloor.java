package dev.river.bench.measure;

import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.LibpqUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * How fast the rows of a table can be copied into it, if they are ready in a file: nobody who makes
 * them first can be faster.
 */
final class CopyFloor implements AutoCloseable {
  private static final double NANOS_A_SECOND = 1e9;

  private final BenchDatabase database;
  private final String table;
  private final int rows;
  private final Path file;

  private CopyFloor(BenchDatabase database, String table, int rows, Path file) {
    this.database = database;
    this.table = table;
    this.rows = rows;
    this.file = file;
  }

  /**
   * {@return the floor, to be closed}
   *
   * @param database where the table is
   * @param table the table, which is emptied
   * @param rows how many of its rows are copied
   */
  static CopyFloor of(BenchDatabase database, String table, int rows) {
    try {
      Path file = Files.createTempFile("river-bench", ".copy");
      CopyFloor floor = new CopyFloor(database, table, rows, file);
      floor.save();
      return floor;
    } catch (IOException e) {
      throw new UncheckedIOException("no rows could be saved", e);
    }
  }

  private void save() throws IOException {
    String rowsOut = "COPY (SELECT * FROM %s LIMIT %s) TO STDOUT".formatted(table, rows);
    try (Connection connection = database.dataSource().getConnection();
        OutputStream out = Files.newOutputStream(file)) {
      connection.unwrap(PGConnection.class).getCopyAPI().copyOut(rowsOut, out);
    } catch (SQLException e) {
      throw new IllegalStateException(rowsOut + " failed", e);
    }
  }

  /** {@return how many rows a second the driver copies} */
  double rate() {
    empty();
    String rowsIn = "COPY %s FROM STDIN".formatted(table);
    try (Connection connection = database.dataSource().getConnection();
        InputStream in = Files.newInputStream(file)) {
      long beganAt = System.nanoTime();
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn(rowsIn, in);
      return rateSince(beganAt);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(rowsIn + " failed", e);
    }
  }

  /** {@return how many rows a second psql copies, its start included; empty if there is none} */
  Optional<Double> psqlRate() {
    empty();
    try {
      String command = "\\copy %s FROM '%s'".formatted(table, file);
      ProcessBuilder psql =
          new ProcessBuilder("psql", "-qX", "-c", command, LibpqUrl.of(database.url()));
      psql.environment().remove("DATABASE_URL");
      long beganAt = System.nanoTime();
      int end = psql.redirectErrorStream(true).inheritIO().start().waitFor();
      if (end != 0) {
        throw new IllegalStateException("psql failed with " + end);
      }
      return Optional.of(rateSince(beganAt));
    } catch (IOException e) { // it can't be started
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while psql ran", e);
    }
  }

  private double rateSince(long beganAt) {
    return rows * NANOS_A_SECOND / (System.nanoTime() - beganAt);
  }

  private void empty() {
    database.sql().execute("TRUNCATE " + table);
    database.checkpoint();
  }

  @Override
  public void close() {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete " + file, e);
    }
  }
}
