package dev.river.test.postgres;

import java.lang.System.Logger.Level;
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
      case AUTO -> new Auto();
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
      case "auto" -> new Auto();
      default ->
          throw new IllegalArgumentException(
              "%s must be embedded, testcontainers or auto, got: %s".formatted(KIND, kind));
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

  /** Starts in Docker, or else with the tests, and says why. */
  record Auto() implements ServerChoice {
    private static final System.Logger LOG = System.getLogger("dev.river.test.postgres");

    @Override
    public PostgresServer start() {
      try {
        return PostgresServer.container();
      } catch (IllegalStateException e) {
        LOG.log(Level.INFO, "tests use an embedded PostgreSQL, because " + e.getMessage());
        return PostgresServer.embedded();
      }
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
