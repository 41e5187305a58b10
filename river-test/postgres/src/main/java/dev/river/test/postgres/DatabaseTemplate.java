package dev.river.test.postgres;

/**
 * A database that others are copies of, as they are needed.
 *
 * <p>Safe for use by several threads.
 */
public final class DatabaseTemplate {
  private final TestPostgres postgres;
  private final String name;

  DatabaseTemplate(TestPostgres postgres, String name) {
    this.postgres = postgres;
    this.name = name;
  }

  /**
   * Creates a copy of this database.
   *
   * @return the new database
   * @throws IllegalStateException if the {@link TestPostgres} is closed, or the server refuses
   */
  public TestDatabase createDatabase() {
    return postgres.create(name);
  }
}
