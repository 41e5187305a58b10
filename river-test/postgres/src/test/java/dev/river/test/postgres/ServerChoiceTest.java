package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.river.test.postgres.ServerChoice.Auto;
import dev.river.test.postgres.ServerChoice.Container;
import dev.river.test.postgres.ServerChoice.Embedded;
import dev.river.test.postgres.ServerChoice.Existing;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ServerChoiceTest {
  @Test
  void isEmbeddedWithoutSettings() {
    assertThat(choice(Map.of(), Map.of())).isEqualTo(new Embedded());
    assertThat(choice(Map.of("river.test.postgres", "embedded"), Map.of()))
        .isEqualTo(new Embedded());
  }

  @Test
  void isWhatATestAsksForWhateverTheSettings() {
    assertThat(ServerChoice.of(ServerKind.EMBEDDED)).isEqualTo(new Embedded());
    assertThat(ServerChoice.of(ServerKind.TESTCONTAINERS)).isEqualTo(new Container());
    assertThat(ServerChoice.of(ServerKind.AUTO)).isEqualTo(new Auto());
    assertThat(ServerChoice.of(ServerKind.CONFIGURED))
        .isEqualTo(ServerChoice.of(System.getProperties(), System.getenv()));
  }

  @Test
  void takesAnEmptySettingForNone() {
    assertThat(choice(Map.of("river.test.postgres", ""), Map.of("RIVER_TEST_DATABASE_URL", " ")))
        .isEqualTo(new Embedded());
  }

  @Test
  void isAContainerWhereAskedFor() {
    assertThat(choice(Map.of("river.test.postgres", "testcontainers"), Map.of()))
        .isEqualTo(new Container());
    assertThat(choice(Map.of(), Map.of("RIVER_TEST_POSTGRES", "testcontainers")))
        .isEqualTo(new Container());
  }

  @Test
  void isLeftToWhatIsThereWhereAskedFor() {
    assertThat(choice(Map.of("river.test.postgres", "auto"), Map.of())).isEqualTo(new Auto());
  }

  @Test
  void prefersAnExistingServer() {
    Existing existing = new Existing(ServerUrl.parse("postgres://db/ci"));
    assertThat(
            choice(
                Map.of("river.test.postgres", "testcontainers"),
                Map.of("RIVER_TEST_DATABASE_URL", "postgres://db/ci")))
        .isEqualTo(existing);
    assertThat(choice(Map.of("river.test.database.url", "postgres://db/ci"), Map.of()))
        .isEqualTo(existing);
  }

  @Test
  void prefersThePropertyToTheVariable() {
    assertThat(
            choice(
                Map.of("river.test.database.url", "postgres://property/ci"),
                Map.of("RIVER_TEST_DATABASE_URL", "postgres://variable/ci")))
        .hasToString("Existing[url=property/ci]");
  }

  @Test
  void refusesAnUnknownServer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choice(Map.of("river.test.postgres", "h2"), Map.of()))
        .withMessage("river.test.postgres must be embedded, testcontainers or auto, got: h2");
  }

  private static ServerChoice choice(
      Map<String, String> properties, Map<String, String> environment) {
    Properties all = new Properties();
    all.putAll(properties);
    return ServerChoice.of(all, environment);
  }
}
