package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
  private static final String LONGEST_NAME = "a".repeat(46);

  private final FreshDatabase database = FreshDatabase.create();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "river",
        "River",
        "SELECT",
        "_1",
        "a2345678901234567890123456789012345678901234_6"
      })
  void migratesAnySchemaAndCreatesIt(String schema) {
    RiverMigrator migrator = database.migrator(schema);
    assertThat(migrator.migrate()).hasSameSizeAs(RiverMigrator.migrations());
    assertThatCode(migrator::validate).doesNotThrowAnyException();
    assertThat(database.objects(schema)).contains("river_job", History.TABLE);
    assertThat(database.objects("public")).isEmpty();
    migrator.undoTo(0);
    assertThat(database.objects(schema)).allMatch(name -> name.startsWith(History.TABLE));
  }

  @Test
  void acceptsTheLongestName() {
    assertThat(LONGEST_NAME + ".river_leadership").hasSize(63);
    assertThat(database.migrator(LONGEST_NAME).migrate()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1river",
        "my-schema",
        "my schema",
        "my.schema",
        "a\"b",
        "a'b",
        "river;",
        "größe",
        "river\n",
        "$user",
        "a23456789012345678901234567890123456789012345_7"
      })
  void refusesNamesThatAreNotPlain(String schema) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> database.migrator(schema))
        .withMessageContaining("got: " + schema);
    Migration first = RiverMigrator.migrations().get(0);
    assertThatIllegalArgumentException().isThrownBy(() -> first.sql(schema));
    assertThatIllegalArgumentException().isThrownBy(() -> first.undoSql(schema));
  }

  @Test
  void takesTheFirstSchemaOfTheSearchPathByDefault() {
    database.run(
        """
        CREATE SCHEMA mine;
        ALTER ROLE postgres IN DATABASE %s SET search_path = absent, mine, public
        """
            .formatted(database.query("SELECT current_database()").get(0)));
    database.migrator().migrate();
    assertThat(database.objects("mine")).contains("river_job");
    assertThat(database.objects("public")).isEmpty();
  }

  @Test
  void asksForASchemaWhenTheSearchPathNamesNone() {
    database.run("DROP SCHEMA public");
    assertThatThrownBy(database.migrator()::migrate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("name one with schema(...)");
  }

  @Test
  void keepsSchemasOfOneDatabaseApart() {
    database.migrator("one").migrate();
    database.migrator("two").migrate();
    database.run("INSERT INTO one.river_job (kind, args) VALUES ('greet', '{}')");
    database.migrator("two").undoTo(0);
    assertThat(database.query("SELECT kind FROM one.river_job")).containsExactly("greet");
  }

  @Test
  void leavesTheTablesOfTheApplicationAlone() {
    database.run(
        """
        CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50));
        INSERT INTO flyway_schema_history VALUES (1, '7');
        CREATE TABLE customer (name text);
        INSERT INTO customer VALUES ('Ada')
        """);
    List<String> before = database.objects("public");
    RiverMigrator migrator = database.migrator();
    assertThat(migrator.migrate()).isEqualTo(RiverMigrator.migrations());
    assertThatCode(migrator::validate).doesNotThrowAnyException();
    assertThat(migrator.undoTo(0)).hasSameSizeAs(RiverMigrator.migrations());
    assertThat(database.objects("public"))
        .containsAll(before)
        .filteredOn(name -> !before.contains(name))
        .allMatch(name -> name.startsWith(History.TABLE));
    assertThat(database.query("SELECT version FROM flyway_schema_history")).containsExactly("7");
    assertThat(database.query("SELECT name FROM customer")).containsExactly("Ada");
  }
}
