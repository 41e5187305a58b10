package dev.river.bench.postgres;

import dev.river.test.postgres.PostgresServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The server that all is measured on. */
public final class BenchServer implements AutoCloseable {
  private static final Duration STARTUP_LIMIT = Duration.ofMinutes(1);

  private final PostgresServer server;
  private final String database;
  private final Optional<AutoCloseable> stop;
  private final Databases databases;
  private final String description;

  private BenchServer(String url, String description, Optional<AutoCloseable> stop) {
    this.server = PostgresServer.existing(url);
    this.database = databaseIn(url);
    this.description = description;
    this.stop = stop;
    this.databases = new Databases(server, sql());
  }

  /**
   * Starts a server that keeps what is committed, unlike those that tests use.
   *
   * @param directory where its data is put, and removed at the end; on a real disk
   */
  public static BenchServer embedded(Path directory) {
    Path data = directory.resolve("postgres-" + ProcessHandle.current().pid());
    try {
      Files.createDirectories(data);
      EmbeddedPostgres postgres = start(data);
      BenchServer server =
          new BenchServer(
              postgres.getJdbcUrl("postgres", "postgres"),
              "embedded",
              Optional.of(() -> stop(postgres, data)));
      server.checkDurable();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not start in " + data, e);
    }
  }

  /**
   * Uses a server that runs already.
   *
   * @param url as {@link PostgresServer#existing} takes it; its user may create databases
   */
  public static BenchServer existing(String url) {
    return new BenchServer(url, "given by DATABASE_URL", Optional.empty());
  }

  /** {@return what makes databases on it} */
  public Databases databases() {
    return databases;
  }

  /** {@return whose server it is, in words} */
  public String description() {
    return description;
  }

  /** {@return the settings that matter here, as the server says} */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : ServerSettings.SHOWN) {
      sql()
          .texts("SELECT current_setting('%s', true)".formatted(name))
          .forEach(value -> settings.put(name, value));
    }
    return settings;
  }

  @Override
  public void close() {
    try {
      stop.orElse(databases).close(); // with a server that ends, all its databases end
    } catch (Exception e) {
      throw new IllegalStateException("the server did not stop", e);
    }
  }

  private Sql sql() {
    return new Sql(server.dataSource(database));
  }

  private void checkDurable() {
    Map<String, String> settings = settings();
    for (String name : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
      if (!"on".equals(settings.get(name))) {
        throw new IllegalStateException(name + " must be on, got: " + settings.get(name));
      }
    }
  }

  private static EmbeddedPostgres start(Path data) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(true)
            .setPGStartupWait(STARTUP_LIMIT);
    ServerSettings.GIVEN.forEach(builder::setServerConfig);
    return builder.start();
  }

  private static void stop(EmbeddedPostgres postgres, Path data) throws IOException {
    postgres.close();
    Directories.delete(data); // what close() leaves
  }

  /** New databases are created from a connection to the one that the URL names. */
  private static String databaseIn(String url) {
    String path = URI.create(url.strip().replaceFirst("^jdbc:", "")).getPath();
    return path == null || path.length() <= 1 ? "postgres" : path.substring(1);
  }
}
