package dev.river.test;

import dev.river.internal.store.Contexts;
import dev.river.internal.store.JobQueries;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * The assertions of {@link RiverAssertions}, on tables in one schema: {@code
 * RiverAssertions.inSchema("jobs").requireInserted(tx, WelcomeArgs.class)}. A failure names the
 * schema. Thread-safe.
 */
public final class SchemaAssertions {
  private static final JobQueries QUERIES = new JobQueries(Json.CODEC);

  private final Place place;
  private final Contexts contexts;

  private SchemaAssertions(Optional<String> schema) {
    this.place = schema.map(Place::in).orElseGet(Place::onSearchPath);
    this.contexts = new Contexts(schema);
  }

  static SchemaAssertions onSearchPath() {
    return new SchemaAssertions(Optional.empty());
  }

  static SchemaAssertions in(String schema) {
    return new SchemaAssertions(Optional.of(schema));
  }

  /**
   * {@return the jobs of the schema that a transaction sees}
   *
   * @param tx where to look, of which only the connection is used
   */
  public StoredJobs jobs(DSLContext tx) {
    Objects.requireNonNull(tx, "tx");
    return new StoredJobs(query -> contexts.callOn(tx, db -> QUERIES.list(db, query)), place);
  }

  /**
   * {@return the jobs of the schema that a connection sees}
   *
   * @param tx where to look; neither committed nor closed
   */
  public StoredJobs jobs(Connection tx) {
    Objects.requireNonNull(tx, "tx");
    return new StoredJobs(query -> QUERIES.list(contexts.on(tx), query), place);
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
  public <T extends JobArgs> Job<T> requireInserted(DSLContext tx, Class<T> argsClass) {
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
  public <T extends JobArgs> Job<T> requireInserted(DSLContext tx, ExpectedJob<T> expected) {
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
  public <T extends JobArgs> Job<T> requireOneMatching(DSLContext tx, ExpectedJob<T> expected) {
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
  public List<Job<?>> requireManyInserted(DSLContext tx, ExpectedJob<?>... expected) {
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
  public void requireNotInserted(DSLContext tx, Class<? extends JobArgs> argsClass) {
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
  public void requireNotInserted(DSLContext tx, ExpectedJob<?> unexpected) {
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
  public <T extends JobArgs> Job<T> requireInserted(Connection tx, Class<T> argsClass) {
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
  public <T extends JobArgs> Job<T> requireInserted(Connection tx, ExpectedJob<T> expected) {
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
  public <T extends JobArgs> Job<T> requireOneMatching(Connection tx, ExpectedJob<T> expected) {
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
  public List<Job<?>> requireManyInserted(Connection tx, ExpectedJob<?>... expected) {
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
  public void requireNotInserted(Connection tx, Class<? extends JobArgs> argsClass) {
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
  public void requireNotInserted(Connection tx, ExpectedJob<?> unexpected) {
    jobs(tx).requireNotInserted(unexpected);
  }
}
