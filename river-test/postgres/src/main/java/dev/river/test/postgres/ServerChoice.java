package dev.river.test.postgres;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The server that a JVM's settings or its tests ask for. */
sealed interface ServerChoice {
  String URL = "river.test.database.url";
  String KIND = "river.test.postgres";

  /** Starts or finds the server. */
  PostgresServer start();

  /** {@return what a test asks for, or the settings if it leaves that to them} */
  static ServerChoice of(ServerKind kind) {
    return switch (kind) {
      case CONFIGURED -> of(System.getProperties(), System.getenv());
      case EMBEDDED -> new Embedded();
      case TESTCONTAINERS -> new Container();
    };
  }

  /** Reads the settings. */
  static ServerChoice of(Properties properties, Map<String, String> environment) {
    Optional<String> url = Settings.find(URL, properties, environment);
    if (url.isPresent()) {
      return new Existing(ServerUrl.parse(url.get()));
    }
    String kind = Settings.find(KIND, properties, environment).orElse("embedded");
    return switch (kind) {
      case "embedded" -> new Embedded();
      case "testcontainers" -> new Container();
      default ->
          throw new IllegalArgumentException(
              "%s must be embedded or testcontainers, got: %s".formatted(KIND, kind));
    };
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
