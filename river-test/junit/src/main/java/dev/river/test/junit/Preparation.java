package dev.river.test.junit;

import javax.sql.DataSource;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * Adds to a database what tests are to find there.
 *
 * @param owner whose it is, for messages
 * @param body does it
 */
record Preparation(String owner, ThrowingConsumer<DataSource> body) {

  void run(DataSource database) {
    try {
      body.accept(database);
    } catch (Throwable e) { // assertions may fail there too
      throw new IllegalStateException("prepare of %s failed: %s".formatted(owner, e), e);
    }
  }
}
