package dev.river.test.junit;

import dev.river.test.postgres.ServerKind;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class a migrated PostgreSQL of its own, and a client.
 *
 * <pre>{@code
 * @RiverTest
 * class OrdersTest {
 *   @Test
 *   void sendsAReceipt(DataSource database, RiverClient client) {
 *     new Orders(database, client).place(7);
 *     RiverAssertions.requireInserted(client, ReceiptArgs.class);
 *   }
 * }
 * }</pre>
 *
 * <p>Test methods, {@code @BeforeEach} and {@code @AfterEach} methods, and the constructor of a
 * class with an instance per test may have parameters of these types, which are the same wherever a
 * test asks for them:
 *
 * <ul>
 *   <li>{@link javax.sql.DataSource}: plain connections, not a pool.
 *   <li>{@link org.jooq.DSLContext}: on that data source.
 *   <li>{@link dev.river.RiverClient}: built when it is first asked for, and not started. It
 *       inserts, and a {@link dev.river.test.JobDrain} of it works its jobs in the test's thread. A
 *       test that wants it to run as in production calls {@code start()}, for which a {@link
 *       #setup} names its workers and queues. After the test it is closed, and jobs that still run
 *       are interrupted.
 *   <li>{@link dev.river.test.TestClock}: runs with the system's until the test says otherwise; it
 *       is the client's.
 *   <li>{@link dev.river.test.postgres.TestDatabase}: has the URL of the database. Not with {@link
 *       Isolation#TRANSACTION}.
 * </ul>
 *
 * <p>A database is made when a test asks for one of these for the first time, and dropped after the
 * test, however that ends. Nothing is shared, so that tests may run at the same time; {@code
 * TestClock} alone costs nothing.
 *
 * <p>The annotation is inherited by subclasses and by {@code @Nested} classes, unless they have one
 * themselves, and may be put on an annotation of your own. {@link RiverExtension} is the same for
 * setups that need values of the test class.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AnnotatedRiver.class)
public @interface RiverTest {
  /** {@return tables and workers of the tests' own} */
  Class<? extends RiverTestSetup> setup() default RiverTestSetup.None.class;

  /** {@return how tests are kept apart} */
  Isolation isolation() default Isolation.DATABASE;

  /** {@return the server that the databases are on} */
  ServerKind server() default ServerKind.CONFIGURED;
}
