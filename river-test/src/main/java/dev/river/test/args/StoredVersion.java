package dev.river.test.args;

import java.nio.file.Path;

/**
 * A version of a kind's arguments that jobs in a database may have.
 *
 * @param kind the kind
 * @param number which version, from 1
 * @param file where it is stored
 * @param json the arguments of a job of this version
 */
record StoredVersion(String kind, int number, Path file, String json) {
  @Override
  public String toString() {
    return "kind \"%s\", version %s (%s)".formatted(kind, number, file);
  }
}
