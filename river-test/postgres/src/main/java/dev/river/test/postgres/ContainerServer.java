package dev.river.test.postgres;

import org.testcontainers.containers.PostgreSQLContainer;

/** The only user of Testcontainers, which need not be there as long as nobody asks for it. */
final class ContainerServer {
  private static final String IMAGE = "postgres:18";

  private ContainerServer() {}

  static PostgresServer start() {
    try {
      PostgreSQLContainer<?> container = new PostgreSQLContainer<>(IMAGE);
      container.setCommand("postgres", "-c", "fsync=off", "-c", PostgresServer.MAX_CONNECTIONS);
      container.start();
      return PostgresServer.started(
          container.getJdbcUrl(),
          container.getUsername(),
          container.getPassword(),
          container::stop);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "a container of %s did not start, which takes a running Docker that can get the image: %s. %s"
              .formatted(IMAGE, e.getMessage(), PostgresServer.OTHER_WAYS),
          e);
    }
  }
}
