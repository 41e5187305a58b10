package dev.river.error;

/** The database does not hold the version of River's schema that this release needs. */
public final class SchemaNotMigratedException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final int found;
  private final int required;

  /**
   * Creates it.
   *
   * @param schema the schema that was looked at
   * @param found the version that it holds, 0 for none
   * @param required the version that this release needs
   */
  public SchemaNotMigratedException(String schema, int found, int required) {
    super(message(schema, found, required), null);
    this.found = found;
    this.required = required;
  }

  /** {@return the version of River's schema that was found, 0 for none} */
  public int found() {
    return found;
  }

  /** {@return the version that this release needs, or a newer one} */
  public int required() {
    return required;
  }

  private static String message(String schema, int found, int required) {
    String state =
        found == 0
            ? "schema %s holds no tables of River for Java".formatted(schema)
            : "schema %s holds version %s of River's tables, this release needs %s"
                .formatted(schema, found, required);
    return state
        + ": run RiverMigrator.builder(dataSource).build().migrate() (artifact river-db),"
        + " or apply the SQL that it prints with your own migration tool;"
        + " if the tables lie in another schema, name it with RiverClient.builder(dataSource)"
        + ".schema(...)";
  }
}
