package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import dev.river.test.postgres.TestDatabase;
import javax.sql.DataSource;

/** Where a test's data is. */
sealed interface Ground extends AutoCloseable permits OwnDatabase, OwnTransaction {
  /** {@return what leads there} */
  DataSource dataSource();

  /** {@return the database, if it is the test's alone} */
  TestDatabase database();

  /** Keeps a client from what it can't do here. */
  void restrict(RiverClientBuilder client);

  /** Removes everything that the test has stored. */
  @Override
  void close();
}
