package dev.river.test;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.store.Contexts;
import dev.river.internal.store.JobQueries;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * The assertions of {@link RiverAssertions}, on tables in one schema: {@code
 * RiverAssertions.inSchema("jobs").requireInserted(tx, WelcomeArgs.class)}. Thread-safe.
 */
public final class SchemaAssertions {
  private static final JsonCodec CODEC = new JsonCodec();
  private static final JobQueries QUERIES = new JobQueries(CODEC);

  private final Contexts contexts;

  SchemaAssertions(Optional<String> schema) {
    this.contexts = new Contexts(schema);
  }

  /**
   * Requires what {@link RiverAssertions#requireInserted(DSLContext, Class)} does.
   *
   * @param <T> the class of its arguments
   * @param tx where to look
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError as {@link RiverAssertions#requireInserted(DSLContext, Class)} does
   */
  public <T extends JobArgs> Job<T> requireInserted(DSLContext tx, Class<T> argsClass) {
    return requireInserted(tx, argsClass, InsertOpts.defaults());
  }

  /**
   * Requires what {@link RiverAssertions#requireInserted(DSLContext, Class, InsertOpts)} does.
   *
   * @param <T> the class of its arguments
   * @param tx where to look
   * @param argsClass the class of its arguments
   * @param expected what the job must have
   * @return that job
   * @throws AssertionError as {@link RiverAssertions#requireInserted(DSLContext, Class,
   *     InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> requireInserted(
      DSLContext tx, Class<T> argsClass, InsertOpts expected) {
    return contexts.callOn(tx, db -> inserted(db, argsClass, expected));
  }

  /**
   * Requires what {@link RiverAssertions#requireNotInserted(DSLContext, Class)} does.
   *
   * @param tx where to look
   * @param argsClass the class of its arguments
   * @throws AssertionError as {@link RiverAssertions#requireNotInserted(DSLContext, Class)} does
   */
  public void requireNotInserted(DSLContext tx, Class<? extends JobArgs> argsClass) {
    List<JobRow> found = contexts.callOn(tx, db -> jobsOf(db, argsClass));
    checkNone(found, argsClass);
  }

  /**
   * Requires what {@link RiverAssertions#requireInserted(DSLContext, Class)} does.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError as {@link RiverAssertions#requireInserted(DSLContext, Class)} does
   */
  public <T extends JobArgs> Job<T> requireInserted(Connection tx, Class<T> argsClass) {
    return requireInserted(tx, argsClass, InsertOpts.defaults());
  }

  /**
   * Requires what {@link RiverAssertions#requireInserted(DSLContext, Class, InsertOpts)} does.
   *
   * @param <T> the class of its arguments
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @param expected what the job must have
   * @return that job
   * @throws AssertionError as {@link RiverAssertions#requireInserted(DSLContext, Class,
   *     InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> requireInserted(
      Connection tx, Class<T> argsClass, InsertOpts expected) {
    return inserted(contexts.on(tx), argsClass, expected);
  }

  /**
   * Requires what {@link RiverAssertions#requireNotInserted(DSLContext, Class)} does.
   *
   * @param tx where to look; neither committed nor closed
   * @param argsClass the class of its arguments
   * @throws AssertionError as {@link RiverAssertions#requireNotInserted(DSLContext, Class)} does
   */
  public void requireNotInserted(Connection tx, Class<? extends JobArgs> argsClass) {
    checkNone(jobsOf(contexts.on(tx), argsClass), argsClass);
  }

  private static <T extends JobArgs> Job<T> inserted(
      DSLContext db, Class<T> argsClass, InsertOpts expected) {
    List<JobRow> found = jobsOf(db, argsClass);
    if (found.size() != 1) {
      throw new AssertionError(
          "expected one job of %s, got %s"
              .formatted(
                  Descriptions.of(argsClass),
                  found.isEmpty()
                      ? "none: " + Descriptions.ofCounts(QUERIES.countByKind(db))
                      : Descriptions.ofJobs(found)));
    }
    JobRow row = found.getFirst();
    checkOptions(row, expected);
    return new Job<>(row, decode(row, argsClass));
  }

  private static List<JobRow> jobsOf(DSLContext db, Class<? extends JobArgs> argsClass) {
    return QUERIES.ofKind(db, JobArgs.kindOf(argsClass));
  }

  private static void checkNone(List<JobRow> found, Class<? extends JobArgs> argsClass) {
    if (!found.isEmpty()) {
      throw new AssertionError(
          "expected no job of %s, got %s"
              .formatted(Descriptions.of(argsClass), Descriptions.ofJobs(found)));
    }
  }

  private static void checkOptions(JobRow row, InsertOpts expected) {
    List<String> differences = new OptionsCheck(CODEC, row, expected).differences();
    if (!differences.isEmpty()) {
      throw new AssertionError(
          "job %d of kind \"%s\" was not inserted as expected:\n  %s"
              .formatted(row.id(), row.kind(), String.join("\n  ", differences)));
    }
  }

  private static <T extends JobArgs> T decode(JobRow row, Class<T> argsClass) {
    try {
      return CODEC.decodeArgs(row.encodedArgs(), argsClass);
    } catch (UndecodableArgsException e) {
      throw new AssertionError("job %d: %s".formatted(row.id(), e.getMessage()), e);
    }
  }
}
