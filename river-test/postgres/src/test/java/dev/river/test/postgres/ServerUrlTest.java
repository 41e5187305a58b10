package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class ServerUrlTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db:5433/ci, db:5433, ci",
    "jdbc:postgresql://db/ci, db, ci",
    "jdbc:postgresql://db:5433/, db:5433, postgres",
    "jdbc:postgresql://db:5433, db:5433, postgres",
    "jdbc:postgresql:ci, localhost, ci",
    "jdbc:postgresql:/, localhost, postgres",
    "jdbc:postgresql:///ci, localhost, ci",
    "'jdbc:postgresql://one:5433,two:5434/ci', 'one:5433,two:5434', ci",
    "jdbc:postgresql://[::1]:5433/ci, [::1]:5433, ci",
    "postgres://db:5433/ci, db:5433, ci",
    "postgresql://db:5433/ci, db:5433, ci",
    "postgresql://, localhost, postgres",
    "postgres://ann@db, db, postgres",
    "postgres:///ci?sslmode=disable, localhost, ci",
    "postgres://db/my%20ci, db, my ci",
    "' postgres://db/ci\n', db, ci"
  })
  void readsHostsAndDatabase(String url, String hosts, String database) {
    ServerUrl parsed = ServerUrl.parse(url);
    assertThat(parsed.hosts()).isEqualTo(hosts);
    assertThat(parsed.database()).isEqualTo(database);
  }

  @Test
  void readsTheParametersOfTheDriver() {
    assertThat(
            ServerUrl.parse("jdbc:postgresql://db/ci?user=ann&password=a%26b+c&ssl&").parameters())
        .isEqualTo(Map.of("user", "ann", "password", "a&b c", "ssl", ""));
  }

  @Test
  void readsUserAndPasswordOfLibpq() {
    assertThat(ServerUrl.parse("postgres://a%40nn:p%3Aw%2F+%25@db/ci").parameters())
        .isEqualTo(Map.of("user", "a@nn", "password", "p:w/+%"));
    assertThat(ServerUrl.parse("postgres://ann@db/ci").parameters())
        .isEqualTo(Map.of("user", "ann"));
    assertThat(ServerUrl.parse("postgres://ann:@db/ci").parameters())
        .isEqualTo(Map.of("user", "ann"));
  }

  @Test
  void translatesTheParametersOfLibpq() {
    assertThat(
            ServerUrl.parse(
                    "postgres://db/ci?sslmode=require&application_name=a+b&connect_timeout=3")
                .parameters())
        .isEqualTo(Map.of("sslmode", "require", "ApplicationName", "a+b", "connectTimeout", "3"));
  }

  @Test
  void writesWhatTheDriverReads() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(
        ServerUrl.parse("postgres://a%40nn:p%3Aw%2F%20+%25&=%3F@one:5433,two/ci?connect_timeout=3")
            .jdbc("other db"));
    assertThat(dataSource.getServerNames()).containsExactly("one", "two");
    assertThat(dataSource.getPortNumbers()).containsExactly(5433, 5432);
    assertThat(dataSource.getDatabaseName()).isEqualTo("other db");
    assertThat(dataSource.getUser()).isEqualTo("a@nn");
    assertThat(dataSource.getPassword()).isEqualTo("p:w/ +%&=?");
    assertThat(dataSource.getConnectTimeout()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db:5432",
        "mysql://db/ci",
        "jdbc:mysql://db/ci",
        "http://db",
        "postgres:db",
        "postgres://ann:100%@db/ci",
        "postgres://db/ci?a=%zz",
        "jdbc:postgres://db/ci",
        "postgres://ann:secret?@db/ci",
        "postgres://db:port/ci",
        "postgres:///ci?host=db&port=5433",
        "jdbc:postgresql:ci?host=db"
      })
  void refusesWhatIsNoUrlOfAServer(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerUrl.parse(url))
        .withMessageStartingWith("a server's URL must be jdbc:postgresql://");
  }

  @Test
  void keepsPasswordsToItself() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerUrl.parse("mysql://ann:secret@db/ci?password=secret&a=b"))
        .withMessageEndingWith("got: mysql://...@db/ci?password=...&a=b");
    assertThat(ServerUrl.parse("postgres://ann:secret@db/ci")).hasToString("db/ci");
  }
}
