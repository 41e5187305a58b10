package dev.river.test;

import dev.river.Jobs;
import dev.river.RiverClient;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;

/**
 * Assertions about the jobs that were inserted, for any test framework. They look where they are
 * told to: in a jOOQ transaction or on a JDBC connection, also before it is committed, and so in a
 * test that rolls back at its end; or in the database and schema of a client. A failed one is an
 * {@link AssertionError} that tells what was there instead.
 *
 * <pre>{@code
 * service.register(tx, "bob@example.com");
 *
 * Job<WelcomeArgs> job = RiverAssertions.requireInserted(tx, WelcomeArgs.class);
 * assertEquals("bob@example.com", job.args().to());
 * }</pre>
 *
 * <p>An {@link ExpectedJob} says more than the class:
 *
 * <pre>{@code
 * InsertOpts urgent = InsertOpts.builder().queue("mail").priority(1).build();
 * requireInserted(tx, ExpectedJob.of(new WelcomeArgs("bob@example.com"), urgent));
 *
 * requireManyInserted(
 *     tx,
 *     ExpectedJob.of(WelcomeArgs.class, urgent),
 *     ExpectedJob.of(SurveyArgs.class).inState(JobState.SCHEDULED));
 *
 * requireNotInserted(tx, ExpectedJob.of(SurveyArgs.class).inState(JobState.AVAILABLE));
 * }</pre>
 *
 * <p>Where a database is shared with other tests, or not emptied between them, exactly one job of a
 * kind is too much to ask, and {@code requireOneMatching} wants exactly one that is as described,
 * among whatever others:
 *
 * <pre>{@code
 * requireOneMatching(client, ExpectedJob.of(new WelcomeArgs(addressOfThisTest)));
 * }</pre>
 *
 * <p>If that differs, the message names everything that does:
 *
 * <pre>{@code
 * expected one job of kind "welcome" (WelcomeArgs) with args {"to":"bob@example.com"}, queue mail, priority 1, got one that differs:
 *   job 17 of kind "welcome", available in queue default, priority 2: {"to": "bob@example.com"}
 *     - queue: expected mail, got default
 *     - priority: expected 1, got 2
 * }</pre>
 *
 * <p>The tables of a transaction or connection are found by its search path, or in the schema that
 * {@link #inSchema} names. With AssertJ, {@link JobsAssert} asserts about {@link #jobs} whatever
 * AssertJ can about a list; nothing else needs it. Thread-safe.
 */
public final class RiverAssertions {
  private static final SchemaAssertions ON_SEARCH_PATH = SchemaAssertions.onSearchPath();

  private RiverAssertions() {}

  /**
   * {@return the same assertions, on tables in a schema of your choice}
   *
   * @param schema the schema that holds River's tables
   */
  public static SchemaAssertions inSchema(String schema) {
    return SchemaAssertions.in(schema);
  }

  /**
   * {@return the jobs that a transaction sees}
   *
   * @param tx where to look, of which only the connection is used
   */
  public static StoredJobs jobs(DSLContext tx) {
    return ON_SEARCH_PATH.jobs(tx);
  }

  /**
   * {@return the jobs that a connection sees}
   *
   * @param tx where to look; neither committed nor closed
   */
  public static StoredJobs jobs(Connection tx) {
    return ON_SEARCH_PATH.jobs(tx);
  }

  /**
   * {@return the committed jobs in the database and schema of a client}
   *
   * @param client the client
   * @throws IllegalStateException if the client is closed
   */
  public static StoredJobs jobs(RiverClient client) {
    return jobs(client.jobs());
  }

  /**
   * {@return the jobs in the schema of a client, in a transaction where that was said}
   *
   * <pre>{@code
   * jobs(client.jobs(tx)).requireInserted(WelcomeArgs.class);
   * }</pre>
   *
   * @param jobs what {@link RiverClient#jobs(DSLContext)} or one of its sisters returned
   */
  public static StoredJobs jobs(Jobs jobs) {
    Objects.requireNonNull(jobs, "jobs");
    return new StoredJobs(jobs::list, Place.ofClient());
  }

  /**
   * Requires of the jobs that a transaction sees what {@link StoredJobs#requireInserted(Class)}
   * says.
   *
   * @param <T> the class of its arguments
   * @param tx where to look, the transaction that inserts for instance
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireInserted(Class)} does
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static <T extends JobArgs> Job<T> requireInserted(DSLContext tx, Class<T> argsClass) {
    return jobs(tx).requireInserted(argsClass);
  }

  /**
   * Requires of the jobs that a transaction sees what {@link
   * StoredJobs#requireInserted(ExpectedJob)} says.
   *
   * @param <T> the class of its arguments
   * @param tx where to look, the transaction that inserts for instance
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireInserted(ExpectedJob)} does
   */
  public static <T extends JobArgs> Job<T> requireInserted(DSLContext tx, ExpectedJob<T> expected) {
    return jobs(tx).requireInserted(expected);
  }

  /**
   * Requires of the jobs that a transaction sees what {@link
   * StoredJobs#requireOneMatching(ExpectedJob)} says.
   *
   * @param <T> the class of its arguments
   * @param tx where to look, the transaction that inserts for instance
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireOneMatching(ExpectedJob)} does
   */
  public static <T extends JobArgs> Job<T> requireOneMatching(
      DSLContext tx, ExpectedJob<T> expected) {
    return jobs(tx).requireOneMatching(expected);
  }

  /**
   * Requires of the jobs that a transaction sees what {@link
   * StoredJobs#requireManyInserted(ExpectedJob...)} says.
   *
   * @param tx where to look, the transaction that inserts for instance
   * @param expected what the jobs must be, at least one
   * @return these jobs, in this order
   * @throws AssertionError as {@link StoredJobs#requireManyInserted(ExpectedJob...)} does
   * @throws IllegalArgumentException if nothing is expected
   */
  public static List<Job<?>> requireManyInserted(DSLContext tx, ExpectedJob<?>... expected) {
    return jobs(tx).requireManyInserted(expected);
  }

  /**
   * Requires of the jobs that a transaction sees what {@link StoredJobs#requireNotInserted(Class)}
   * says.
   *
   * @param tx where to look, the transaction that inserts for instance
   * @param argsClass the class of its arguments
   * @throws AssertionError as {@link StoredJobs#requireNotInserted(Class)} does
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static void requireNotInserted(DSLContext tx, Class<? extends JobArgs> argsClass) {
    jobs(tx).requireNotInserted(argsClass);
  }

  /**
   * Requires of the jobs that a transaction sees what {@link
   * StoredJobs#requireNotInserted(ExpectedJob)} says.
   *
   * @param tx where to look, the transaction that inserts for instance
   * @param unexpected what no job may be
   * @throws AssertionError as {@link StoredJobs#requireNotInserted(ExpectedJob)} does
   */
  public static void requireNotInserted(DSLContext tx, ExpectedJob<?> unexpected) {
    jobs(tx).requireNotInserted(unexpected);
  }

  /**
   * Requires of the jobs that a connection sees what {@link StoredJobs#requireInserted(Class)}
   * says.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireInserted(Class)} does
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static <T extends JobArgs> Job<T> requireInserted(Connection tx, Class<T> argsClass) {
    return jobs(tx).requireInserted(argsClass);
  }

  /**
   * Requires of the jobs that a connection sees what {@link
   * StoredJobs#requireInserted(ExpectedJob)} says.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireInserted(ExpectedJob)} does
   */
  public static <T extends JobArgs> Job<T> requireInserted(Connection tx, ExpectedJob<T> expected) {
    return jobs(tx).requireInserted(expected);
  }

  /**
   * Requires of the jobs that a connection sees what {@link
   * StoredJobs#requireOneMatching(ExpectedJob)} says.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireOneMatching(ExpectedJob)} does
   */
  public static <T extends JobArgs> Job<T> requireOneMatching(
      Connection tx, ExpectedJob<T> expected) {
    return jobs(tx).requireOneMatching(expected);
  }

  /**
   * Requires of the jobs that a connection sees what {@link
   * StoredJobs#requireManyInserted(ExpectedJob...)} says.
   *
   * @param tx where to look; neither committed nor closed
   * @param expected what the jobs must be, at least one
   * @return these jobs, in this order
   * @throws AssertionError as {@link StoredJobs#requireManyInserted(ExpectedJob...)} does
   * @throws IllegalArgumentException if nothing is expected
   */
  public static List<Job<?>> requireManyInserted(Connection tx, ExpectedJob<?>... expected) {
    return jobs(tx).requireManyInserted(expected);
  }

  /**
   * Requires of the jobs that a connection sees what {@link StoredJobs#requireNotInserted(Class)}
   * says.
   *
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @throws AssertionError as {@link StoredJobs#requireNotInserted(Class)} does
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static void requireNotInserted(Connection tx, Class<? extends JobArgs> argsClass) {
    jobs(tx).requireNotInserted(argsClass);
  }

  /**
   * Requires of the jobs that a connection sees what {@link
   * StoredJobs#requireNotInserted(ExpectedJob)} says.
   *
   * @param tx where to look; neither committed nor closed
   * @param unexpected what no job may be
   * @throws AssertionError as {@link StoredJobs#requireNotInserted(ExpectedJob)} does
   */
  public static void requireNotInserted(Connection tx, ExpectedJob<?> unexpected) {
    jobs(tx).requireNotInserted(unexpected);
  }

  /**
   * Requires of the jobs that are committed what {@link StoredJobs#requireInserted(Class)} says.
   *
   * @param <T> the class of its arguments
   * @param client the client in whose database and schema to look
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireInserted(Class)} does
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static <T extends JobArgs> Job<T> requireInserted(RiverClient client, Class<T> argsClass) {
    return jobs(client).requireInserted(argsClass);
  }

  /**
   * Requires of the jobs that are committed what {@link StoredJobs#requireInserted(ExpectedJob)}
   * says.
   *
   * @param <T> the class of its arguments
   * @param client the client in whose database and schema to look
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireInserted(ExpectedJob)} does
   */
  public static <T extends JobArgs> Job<T> requireInserted(
      RiverClient client, ExpectedJob<T> expected) {
    return jobs(client).requireInserted(expected);
  }

  /**
   * Requires of the jobs that are committed what {@link StoredJobs#requireOneMatching(ExpectedJob)}
   * says.
   *
   * @param <T> the class of its arguments
   * @param client the client in whose database and schema to look
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError as {@link StoredJobs#requireOneMatching(ExpectedJob)} does
   */
  public static <T extends JobArgs> Job<T> requireOneMatching(
      RiverClient client, ExpectedJob<T> expected) {
    return jobs(client).requireOneMatching(expected);
  }

  /**
   * Requires of the jobs that are committed what {@link
   * StoredJobs#requireManyInserted(ExpectedJob...)} says.
   *
   * @param client the client in whose database and schema to look
   * @param expected what the jobs must be, at least one
   * @return these jobs, in this order
   * @throws AssertionError as {@link StoredJobs#requireManyInserted(ExpectedJob...)} does
   * @throws IllegalArgumentException if nothing is expected
   */
  public static List<Job<?>> requireManyInserted(RiverClient client, ExpectedJob<?>... expected) {
    return jobs(client).requireManyInserted(expected);
  }

  /**
   * Requires of the jobs that are committed what {@link StoredJobs#requireNotInserted(Class)} says.
   *
   * @param client the client in whose database and schema to look
   * @param argsClass the class of its arguments
   * @throws AssertionError as {@link StoredJobs#requireNotInserted(Class)} does
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static void requireNotInserted(RiverClient client, Class<? extends JobArgs> argsClass) {
    jobs(client).requireNotInserted(argsClass);
  }

  /**
   * Requires of the jobs that are committed what {@link StoredJobs#requireNotInserted(ExpectedJob)}
   * says.
   *
   * @param client the client in whose database and schema to look
   * @param unexpected what no job may be
   * @throws AssertionError as {@link StoredJobs#requireNotInserted(ExpectedJob)} does
   */
  public static void requireNotInserted(RiverClient client, ExpectedJob<?> unexpected) {
    jobs(client).requireNotInserted(unexpected);
  }
}
