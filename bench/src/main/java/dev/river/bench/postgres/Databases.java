package dev.river.bench.postgres;

import dev.river.test.postgres.PostgresServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Makes databases, so that nothing that is measured finds what another has left. Those of a
 * framework are copies of a template, because some take seconds to make their tables. For one
 * thread.
 */
public final class Databases implements AutoCloseable {
  /** In bytes. */
  private static final long LARGE = 300_000_000;

  private final PostgresServer server;
  private final Sql sql;
  private final String prefix =
      "river_bench_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final Set<String> templates = new HashSet<>();
  private final List<String> created = new ArrayList<>();

  Databases(PostgresServer server, Sql sql) {
    this.server = server;
    this.sql = sql;
  }

  /**
   * {@return a new database, to be closed}
   *
   * @param framework whose tables are in it
   * @param schema makes these tables, when it is called for the first time for this framework
   */
  public BenchDatabase create(String framework, Consumer<BenchDatabase> schema) {
    String template =
        prefix + "_" + framework.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    if (!templates.contains(template)) {
      BenchDatabase first = create(template, "template0");
      schema.accept(first);
      first.disconnect();
      sql.execute("ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(template));
      awaitAlone(template);
      templates.add(template);
    }
    return create("%s_%s".formatted(prefix, created.size()), template);
  }

  /** Drops all that are still there. */
  @Override
  public void close() {
    created.forEach(this::drop);
  }

  /** Drops a large one. A small one stays for now, because to drop it takes a checkpoint too. */
  void release(String name) {
    if (sql.is("SELECT pg_database_size('%s') > %s".formatted(name, LARGE))) {
      drop(name);
    }
  }

  private void drop(String name) {
    sql.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
  }

  private BenchDatabase create(String name, String template) {
    sql.execute("CREATE DATABASE %s TEMPLATE %s".formatted(name, template));
    created.add(name);
    return new BenchDatabase(this, server, name);
  }

  /** PostgreSQL does not copy a database that someone is connected to. */
  private void awaitAlone(String template) {
    String connected =
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '" + template + "')";
    Waiting.until(() -> !sql.is(connected), "nobody is connected to " + template);
  }
}
