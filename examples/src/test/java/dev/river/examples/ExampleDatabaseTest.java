package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.net.URI;
import java.util.Optional;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

class ExampleDatabaseTest {
  @Test
  void usesTheDatabaseOfAJdbcUrlInASchemaOfItsOwn() {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase()) {
      assertThat(placeOf(database.url())).isEqualTo(database.name() + ".river_examples");
    }
  }

  @Test
  void usesTheDatabaseOfAPostgresUrlInASchemaOfItsOwn() {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase()) {
      assertThat(placeOf(asPostgresUrl(database))).isEqualTo(database.name() + ".river_examples");
    }
  }

  @Test
  void startsAnEmbeddedServerWithoutAUrl() {
    try (ExampleDatabase example = ExampleDatabase.open(Optional.empty())) {
      assertThat(example.isEmbedded()).isTrue();
      assertThat(placeIn(example)).isEqualTo("postgres.river_examples");
    }
  }

  private static String placeOf(String url) {
    try (ExampleDatabase example = ExampleDatabase.open(Optional.of(url))) {
      assertThat(example.isEmbedded()).isFalse();
      return placeIn(example);
    }
  }

  private static String placeIn(ExampleDatabase example) {
    return String.valueOf(
        DSL.using(example.dataSource(), SQLDialect.POSTGRES)
            .fetchValue("SELECT current_database() || '.' || current_schema()"));
  }

  /** The test database's URL has user and password as parameters, as JDBC URLs do. */
  private static String asPostgresUrl(TestDatabase database) {
    URI jdbc = URI.create(database.url().replaceFirst("^jdbc:", ""));
    String user = parameter(jdbc, "user");
    String password = parameter(jdbc, "password");
    return "postgres://%s%s@%s:%s/%s"
        .formatted(
            user,
            password.isEmpty() ? "" : ":" + password,
            jdbc.getHost(),
            jdbc.getPort(),
            database.name());
  }

  private static String parameter(URI url, String name) {
    for (String parameter : url.getRawQuery().split("&", -1)) {
      if (parameter.startsWith(name + "=")) {
        return parameter.substring(name.length() + 1);
      }
    }
    return "";
  }
}
