package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application with a Flyway of its own, whose tables are in {@code public}. */
class ApplicationFlywayTest {
  private final FreshDatabase database = FreshDatabase.create();

  @TempDir private Path migrations;

  @BeforeEach
  void writeMigration() throws IOException {
    Files.writeString(
        migrations.resolve("V1__orders.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY);");
  }

  @Test
  void runsBeforeOrAfterIfRiverHasASchemaOfItsOwn() {
    database.migrator("river").migrate();
    assertThat(application().load().migrate().migrationsExecuted).isEqualTo(1);

    assertThatCode(database.migrator("river")::validate).doesNotThrowAnyException();
    assertThatCode(application().load()::validate).doesNotThrowAnyException();
  }

  @Test
  void comesFirstInOneSchema() {
    application().load().migrate();
    assertThat(database.migrator("public").migrate()).isEqualTo(RiverMigrator.migrations());

    assertThatCode(database.migrator("public")::validate).doesNotThrowAnyException();
    assertThat(application().load().migrate().migrationsExecuted).isZero();
  }

  @Test
  void refusesASchemaThatRiverCameToFirst() {
    database.migrator("public").migrate();

    assertThatThrownBy(application().load()::migrate)
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("Found non-empty schema(s) \"public\" but no schema history table");
  }

  @Test
  void comesSecondInOneSchemaWithABaseline() {
    database.migrator("public").migrate();

    Flyway second = application().baselineOnMigrate(true).baselineVersion("0").load();

    assertThat(second.migrate().migrationsExecuted).isEqualTo(1);
    assertThat(database.objects("public")).contains("orders", "river_job");
  }

  private FluentConfiguration application() {
    return Flyway.configure()
        .dataSource(database.dataSource())
        .locations("filesystem:" + migrations);
  }
}
