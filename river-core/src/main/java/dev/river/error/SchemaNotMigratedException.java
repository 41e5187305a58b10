package dev.river.error;

/** The database does not hold the version of River's schema that this release needs. */
public final class SchemaNotMigratedException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final int found;
  private final int required;

  private SchemaNotMigratedException(String message, int found, int required) {
    super(message, null);
    this.found = found;
    this.required = required;
  }

  /**
   * {@return one for a client that names its schema}
   *
   * @param schema the schema that was looked at
   * @param found the version that it holds, 0 for none
   * @param required the version that this release needs
   */
  public static SchemaNotMigratedException ofSchema(String schema, int found, int required) {
    return new SchemaNotMigratedException(
        state(schema, found, required) + advice(".schema(\"%s\")".formatted(schema)),
        found,
        required);
  }

  /**
   * {@return one for a client that follows the search path}
   *
   * @param path the search path
   * @param found the version that its schemas hold, 0 for none
   * @param required the version that this release needs
   */
  public static SchemaNotMigratedException ofSearchPath(String path, int found, int required) {
    return new SchemaNotMigratedException(
        state(path, found, required)
            + advice("")
            + "; if the tables lie in another schema, name it with"
            + " RiverClient.builder(dataSource).schema(...)",
        found,
        required);
  }

  /** {@return the version of River's schema that was found, 0 for none} */
  public int found() {
    return found;
  }

  /** {@return the version that this release needs, or a newer one} */
  public int required() {
    return required;
  }

  private static String state(String schema, int found, int required) {
    return found == 0
        ? "schema %s holds no tables of River for Java".formatted(schema)
        : "schema %s holds version %s of River's tables, this release needs %s"
            .formatted(schema, found, required);
  }

  private static String advice(String schemaCall) {
    return (": run RiverMigrator.builder(dataSource)%s.build().migrate() (artifact river-db),"
            + " or apply the SQL that it prints with your own migration tool")
        .formatted(schemaCall);
  }
}
