package dev.river.bench.system;

/**
 * Where a framework keeps its jobs, also those that are done.
 *
 * @param schema the table's schema
 * @param name its name
 * @param newId an expression that makes a value for its column {@code id}; empty if the table does
 */
public record JobTable(String schema, String name, String newId) {

  /** {@return its name for statements} */
  public String qualified() {
    return schema + "." + name;
  }
}
