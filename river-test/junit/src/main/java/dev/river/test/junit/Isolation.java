package dev.river.test.junit;

/** How tests are kept apart. */
public enum Isolation {
  /**
   * Each test has a database of its own, a copy of one that was prepared once. Everything works as
   * in production; clients may be started.
   */
  DATABASE,

  /**
   * Each test has one connection, and a transaction that is rolled back at its end. The database is
   * common to all tests that have their setup in common. This takes less time than a database of
   * one's own, and is for tests that can do with a single connection:
   *
   * <ul>
   *   <li>What the code under test commits is a savepoint; its rollbacks return to one. It must not
   *       use a second connection while the first one is in a transaction, since the two would not
   *       be independent; the data source says so then. Threads wait for one another's connections.
   *   <li>A client can't be started. It inserts, and works jobs in the test's thread: see {@link
   *       dev.river.test.JobDrain}.
   *   <li>Nobody hears notifications, constraints that are checked at the commit are not checked,
   *       {@code now()} stands still, and sequences go on where the last test left them.
   *   <li>Two tests that run at once and insert the same unique key wait for one another.
   * </ul>
   */
  TRANSACTION
}
