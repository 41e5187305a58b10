package dev.river.test.postgres;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The server that a JVM's settings ask for. */
sealed interface ServerChoice {
  String URL = "river.test.database.url";
  String KIND = "river.test.postgres";

  /** Starts or finds the server. */
  PostgresServer start();

  /** Reads the settings. Each is a system property, or else an environment variable. */
  static ServerChoice of(Properties properties, Map<String, String> environment) {
    Optional<String> url = setting(URL, properties, environment);
    if (url.isPresent()) {
      return new Existing(ServerUrl.parse(url.get()));
    }
    String kind = setting(KIND, properties, environment).orElse("embedded");
    return switch (kind) {
      case "embedded" -> new Embedded();
      case "testcontainers" -> new Container();
      default ->
          throw new IllegalArgumentException(
              "%s must be embedded or testcontainers, got: %s".formatted(KIND, kind));
    };
  }

  private static Optional<String> setting(
      String name, Properties properties, Map<String, String> environment) {
    String variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
    return Optional.ofNullable(properties.getProperty(name))
        .or(() -> Optional.ofNullable(environment.get(variable)))
        .filter(value -> !value.isBlank());
  }

  /** Starts with the tests and stops with them. */
  record Embedded() implements ServerChoice {
    @Override
    public PostgresServer start() {
      return PostgresServer.embedded();
    }
  }

  /** Starts in Docker. */
  record Container() implements ServerChoice {
    @Override
    public PostgresServer start() {
      return PostgresServer.container();
    }
  }

  /** Is there before the tests and after them. */
  record Existing(ServerUrl url) implements ServerChoice {
    @Override
    public PostgresServer start() {
      return PostgresServer.existing(url);
    }
  }
}
