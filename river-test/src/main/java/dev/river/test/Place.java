package dev.river.test;

import dev.river.error.DatabaseException;

/**
 * The schema in which assertions look, as messages tell of it.
 *
 * @param prefix what a failed assertion begins with
 * @param words what follows the word "jobs"
 * @param hint what to do if the jobs are in another schema; empty if they can't be
 */
record Place(String prefix, String words, String hint) {

  /** {@return the schema that a client names, or finds} */
  static Place ofClient() {
    return new Place("", "", "");
  }

  /** {@return the schema that a connection's search path leads to} */
  static Place onSearchPath() {
    return new Place(
        "",
        "",
        " - this looked along the connection's search path; if the client names a schema, use"
            + " RiverAssertions.inSchema(...)");
  }

  /** {@return a schema by its name} */
  static Place in(String schema) {
    return new Place(
        "schema \"%s\": ".formatted(schema),
        " in schema \"%s\"".formatted(schema),
        " - if the client names another schema, use that one in RiverAssertions.inSchema(...)");
  }

  /** {@return the same source, which gives the hint where River's tables are missing} */
  JobSource hinting(JobSource source) {
    return query -> {
      try {
        return source.list(query);
      } catch (DatabaseException e) {
        throw e.reason() == DatabaseException.Reason.SCHEMA && !hint.isEmpty()
            ? new DatabaseException(e.getMessage() + hint, e.sqlState().orElse(null), e)
            : e;
      }
    };
  }
}
