package dev.river.test;

import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import java.sql.Connection;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Assertions about the jobs that were inserted, on any connection: in a transaction that has not
 * been committed too, and so in a test that rolls back at its end. A failed one is an {@link
 * AssertionError} that tells what was there instead.
 *
 * <pre>{@code
 * service.register(tx, "bob@example.com");
 *
 * Job<WelcomeArgs> job = RiverAssertions.requireInserted(tx, WelcomeArgs.class);
 * assertEquals("bob@example.com", job.args().to());
 * }</pre>
 *
 * <p>River's tables are found by the connection's search path, or in the schema that {@link
 * #inSchema} names. Thread-safe.
 */
public final class RiverAssertions {
  private static final SchemaAssertions ON_SEARCH_PATH = new SchemaAssertions(Optional.empty());

  private RiverAssertions() {}

  /**
   * {@return the same assertions, on tables in a schema of your choice}
   *
   * @param schema the schema that holds River's tables
   */
  public static SchemaAssertions inSchema(String schema) {
    return new SchemaAssertions(Optional.of(schema));
  }

  /**
   * Requires that exactly one job of a class exists, in whatever state.
   *
   * @param <T> the class of its arguments
   * @param tx where to look, the transaction that inserted it for instance
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError if there is none or more than one, or if its arguments don't fit the
   *     class
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static <T extends JobArgs> Job<T> requireInserted(DSLContext tx, Class<T> argsClass) {
    return ON_SEARCH_PATH.requireInserted(tx, argsClass);
  }

  /**
   * Requires that exactly one job of a class exists, in whatever state, and that it was inserted
   * with some options.
   *
   * @param <T> the class of its arguments
   * @param tx where to look, the transaction that inserted it for instance
   * @param argsClass the class of its arguments
   * @param expected what the job must have; fields that are not set may be anything. Metadata must
   *     have the entries that are set and may have others.
   * @return that job
   * @throws AssertionError if there is none or more than one, if its arguments don't fit the class,
   *     or if a field differs; the message names all that do
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static <T extends JobArgs> Job<T> requireInserted(
      DSLContext tx, Class<T> argsClass, InsertOpts expected) {
    return ON_SEARCH_PATH.requireInserted(tx, argsClass, expected);
  }

  /**
   * Requires that no job of a class exists, in whatever state.
   *
   * @param tx where to look
   * @param argsClass the class of its arguments
   * @throws AssertionError if there is one
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static void requireNotInserted(DSLContext tx, Class<? extends JobArgs> argsClass) {
    ON_SEARCH_PATH.requireNotInserted(tx, argsClass);
  }

  /**
   * Requires what {@link #requireInserted(DSLContext, Class)} does.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError as {@link #requireInserted(DSLContext, Class)} does
   * @throws IllegalArgumentException as {@link #requireInserted(DSLContext, Class)} does
   */
  public static <T extends JobArgs> Job<T> requireInserted(Connection tx, Class<T> argsClass) {
    return ON_SEARCH_PATH.requireInserted(tx, argsClass);
  }

  /**
   * Requires what {@link #requireInserted(DSLContext, Class, InsertOpts)} does.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @param expected what the job must have
   * @return that job
   * @throws AssertionError as {@link #requireInserted(DSLContext, Class, InsertOpts)} does
   * @throws IllegalArgumentException as {@link #requireInserted(DSLContext, Class, InsertOpts)}
   *     does
   */
  public static <T extends JobArgs> Job<T> requireInserted(
      Connection tx, Class<T> argsClass, InsertOpts expected) {
    return ON_SEARCH_PATH.requireInserted(tx, argsClass, expected);
  }

  /**
   * Requires what {@link #requireNotInserted(DSLContext, Class)} does.
   *
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @throws AssertionError as {@link #requireNotInserted(DSLContext, Class)} does
   * @throws IllegalArgumentException as {@link #requireNotInserted(DSLContext, Class)} does
   */
  public static void requireNotInserted(Connection tx, Class<? extends JobArgs> argsClass) {
    ON_SEARCH_PATH.requireNotInserted(tx, argsClass);
  }
}
