package dev.river.test.postgres;

/** Which server tests run on. */
public enum ServerKind {
  /**
   * The one that the settings of the JVM name, which {@link TestPostgres#shared} lists; without
   * settings an embedded one.
   */
  CONFIGURED,

  /** A process of this machine, whatever the settings say. */
  EMBEDDED,

  /** A container, whatever the settings say: {@link PostgresServer#container}. */
  TESTCONTAINERS,

  /**
   * A container if one can be started, else a process of this machine, whatever the settings say.
   * Why there is no container is logged, by {@link System.Logger}.
   */
  AUTO
}
