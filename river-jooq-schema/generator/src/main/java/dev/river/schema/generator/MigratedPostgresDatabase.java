package dev.river.schema.generator;

import dev.river.db.RiverMigrator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.meta.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;

/**
 * A database for jOOQ's generator that starts empty and is migrated by the files that users run, so
 * that the generated classes cannot differ from them.
 */
public final class MigratedPostgresDatabase extends PostgresDatabase {
  /** Flyway tells every step. A field, because the JDK keeps loggers by weak references. */
  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

  private @Nullable EmbeddedPostgres server;

  /** Called by the generator. */
  public MigratedPostgresDatabase() {}

  @Override
  protected DSLContext create0() {
    try {
      if (server == null) {
        FLYWAY.setLevel(Level.WARNING);
        server = EmbeddedPostgres.start();
        RiverMigrator.builder(server.getPostgresDatabase()).build().migrate();
        setConnection(server.getPostgresDatabase().getConnection());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
    } catch (SQLException e) {
      throw new IllegalStateException("the embedded PostgreSQL refused a connection", e);
    }
    return DSL.using(getConnection(), SQLDialect.POSTGRES);
  }

  @Override
  public void close() {
    super.close();
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not stop", e);
    }
  }
}
