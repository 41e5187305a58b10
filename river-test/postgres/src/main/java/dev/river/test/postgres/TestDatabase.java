package dev.river.test.postgres;

import javax.sql.DataSource;

/**
 * A database for one test or one test class, dropped when it is closed.
 *
 * <p>Safe for use by several threads.
 */
public final class TestDatabase implements AutoCloseable {
  private final TestPostgres postgres;
  private final String name;
  private final DataSource dataSource;

  TestDatabase(TestPostgres postgres, String name) {
    this.postgres = postgres;
    this.name = name;
    this.dataSource = postgres.server().dataSource(name);
  }

  /** {@return the name of the database, unlike that of any other database on the server} */
  public String name() {
    return name;
  }

  /** {@return the JDBC URL of the database, with user and password} */
  public String url() {
    return postgres.server().url(name);
  }

  /**
   * {@return a source of plain connections, not a pool} Their application name is {@code
   * river-test}.
   */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Has the database dropped in the background, so that nobody waits for it, unless many are still
   * to be dropped. Until then it can be used. Does nothing the second time. If the server refuses,
   * that is printed, and a server that was not started here is asked again at the end.
   */
  public void closeLater() {
    postgres.dropLater(name);
  }

  /** Drops the database and breaks the connections to it. Does nothing the second time. */
  @Override
  public void close() {
    postgres.drop(name);
  }
}
