package dev.river.internal.store;

import dev.river.schema.Public;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.MappedSchema;
import org.jooq.conf.RenderMapping;
import org.jooq.conf.Settings;
import org.jooq.conf.SettingsTools;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.DefaultConnectionProvider;

/**
 * Contexts for statements on connections that someone else opened and closes, always with our own
 * jOOQ settings. What goes wrong is a {@link dev.river.error.DatabaseException}. Thread-safe.
 */
public final class Contexts {
  static {
    JooqLogo.leaveOut();
  }

  private final Settings settings;
  private final Configuration base;
  private final Optional<InstantSource> clock;

  /** By the seconds that a statement may take, of which there are few. */
  private final ConcurrentMap<Integer, Configuration> limited = new ConcurrentHashMap<>();

  /**
   * Creates it. The server's time decides about jobs.
   *
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   */
  public Contexts(Optional<String> schema) {
    this(schema, Optional.empty());
  }

  /**
   * Creates it.
   *
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   * @param clock what decides about jobs; empty for the server's time
   */
  public Contexts(Optional<String> schema, Optional<InstantSource> clock) {
    this.settings = settings(schema);
    this.base = configuration();
    this.clock = clock;
    if (clock.isEmpty()) { // with one, the time is part of the text
      KeptStatement.keepTexts(base);
    }
  }

  private Configuration configuration() {
    return new DefaultConfiguration()
        .set(SQLDialect.POSTGRES)
        .set(settings)
        .set(new DatabaseErrors());
  }

  /** {@return a context for statements on a caller's connection, which stays the caller's} */
  public DSLContext on(Connection connection) {
    return on(connection, base);
  }

  /**
   * {@return a context for statements on a connection of our own, each of which is cancelled on the
   * server when it takes too long} The driver keeps the time, which costs no statement and leaves
   * nothing behind on the connection.
   *
   * @param connection the connection
   * @param seconds how long a statement may take, at least 1
   */
  DSLContext on(Connection connection, int seconds) {
    return on(
        connection,
        limited.computeIfAbsent(
            seconds, limit -> base.derive(SettingsTools.clone(settings).withQueryTimeout(limit))));
  }

  private DSLContext on(Connection connection, Configuration from) {
    var provider = new DefaultConnectionProvider(connection);
    Configuration configuration = from.derive(provider);
    clock.ifPresent(source -> JobTime.set(configuration, source.instant()));
    return DSL.using(configuration);
  }

  /**
   * {@return what the work returns that runs in a caller's transaction} The caller's configuration
   * lends its connection and nothing else.
   *
   * @param <T> what the work returns
   * @param callers a context of any dialect and settings whose connection leads to PostgreSQL
   * @param work one statement or several
   */
  public <T> T callOn(DSLContext callers, Function<DSLContext, T> work) {
    return callers.connectionResult(connection -> work.apply(on(connection)));
  }

  private static Settings settings(Optional<String> schema) {
    Settings settings =
        new Settings()
            .withExecuteLogging(false)
            .withFetchWarnings(false)
            .withRenderCatalog(false)
            .withRenderSchema(schema.isPresent());
    schema.ifPresent(
        name ->
            settings.withRenderMapping(
                new RenderMapping()
                    .withSchemata(
                        new MappedSchema().withInput(Public.PUBLIC.getName()).withOutput(name))));
    return settings;
  }
}
