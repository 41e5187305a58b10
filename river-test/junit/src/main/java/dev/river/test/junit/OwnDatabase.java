package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import dev.river.test.postgres.TestDatabase;
import javax.sql.DataSource;

/**
 * A database for one test.
 *
 * @param database the database, owned by this
 */
record OwnDatabase(TestDatabase database) implements Ground {

  @Override
  public DataSource dataSource() {
    return database.dataSource();
  }

  @Override
  public void restrict(RiverClientBuilder client) {
    // all that a client can do, it can do here
  }

  @Override
  public void close() {
    database.closeLater();
  }
}
