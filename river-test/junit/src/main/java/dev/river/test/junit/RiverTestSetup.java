package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import javax.sql.DataSource;

/**
 * What tests need beside River's tables: tables of their own, and clients with workers.
 *
 * <pre>{@code
 * final class OrdersSetup implements RiverTestSetup {
 *   public void prepare(DataSource database) throws SQLException {
 *     try (Connection connection = database.getConnection()) {
 *       connection.createStatement().execute("CREATE TABLE orders (id bigint PRIMARY KEY)");
 *     }
 *   }
 *
 *   public void configure(RiverClientBuilder client, DataSource database) {
 *     client.workers(new Workers().add(new OrderWorker(database))).queue("default", 10);
 *   }
 * }
 *
 * @RiverTest(setup = OrdersSetup.class)
 * class OrdersTest { ... }
 * }</pre>
 *
 * <p>An implementation has a constructor without parameters, of any visibility. Each call of a
 * method is on a new instance.
 */
public interface RiverTestSetup {
  /**
   * Adds to a database with River's newest schema what all tests are to find there. This is called
   * once per JVM and server, before the first test; if it fails, so do all tests that need it.
   *
   * @param database the database that those of the tests are copies of. Nobody can connect to it
   *     afterwards.
   * @throws Exception for any reason
   */
  default void prepare(DataSource database) throws Exception {}

  /**
   * Sets workers, queues and whatever else the client of a test needs. This is called once for each
   * test that uses its client, possibly by several threads at once.
   *
   * @param client builds the client; it has the test's clock
   * @param database the database of the test, for its workers
   */
  default void configure(RiverClientBuilder client, DataSource database) {}

  /** Adds nothing. */
  final class None implements RiverTestSetup {
    None() {}
  }
}
