package dev.river.work;

import dev.river.job.JobRow;
import java.sql.Connection;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What a worker may do with its job while the attempt runs. Safe for use by several threads. Once
 * {@link Worker#work} has returned, everything but {@link #cancelCause} throws an {@link
 * IllegalStateException}.
 */
public interface JobContext {

  /**
   * {@return whether the attempt is to end early} The worker's thread was interrupted then; a
   * worker that computes without blocking asks from time to time.
   */
  default boolean isCancelled() {
    return cancelCause().isPresent();
  }

  /** {@return why the attempt is to end early, if it is} */
  Optional<CancelCause> cancelCause();

  /**
   * {@return the client that works this job, as far as it inserts} So a worker inserts follow-up
   * jobs, in a transaction of its own if it likes; also while the client is being stopped or
   * closed, as long as that waits for the job.
   */
  JobInserter client();

  /**
   * Keeps a value with the job, in its metadata. It is stored together with the attempt's outcome,
   * whatever that is; the last value of a name counts.
   *
   * @param name its name; not one that River uses itself, such as those that start with {@code
   *     river:}
   * @param value anything that Jackson can write, up to 32 MB of JSON
   * @throws IllegalArgumentException if the name is River's own, or if the name or the value can't
   *     be stored
   */
  void metadata(String name, @Nullable Object value);

  /**
   * Keeps the job's result with it, for others to read: {@code output} in its metadata, as River
   * clients of all languages write it.
   *
   * @param value anything that Jackson can write, up to 32 MB of JSON
   * @throws IllegalArgumentException if the value is larger or can't be stored
   */
  void output(@Nullable Object value);

  /**
   * Tells how far the job is, for others to read while it runs: {@code progress} in its metadata,
   * with {@code percent} and {@code text}. It is written within about a second and only the newest
   * is kept, so it may be called as often as one likes.
   *
   * @param percent 0 to 100
   * @param text what is being done
   * @throws IllegalArgumentException if percent is out of range or the text can't be stored
   */
  void progress(int percent, String text);

  /**
   * {@return a logger whose lines are kept with the job} They also go where the log of the program
   * goes, under the name of the worker's kind. They are stored together with the attempt's outcome:
   * {@code river:log} in its metadata, up to 2 MB for an attempt (what comes later is cut off) and
   * 8 MB for a job (older attempts make room). From INFO on they are kept even where the program's
   * log leaves them out. Markers and key-value pairs are passed on to it; pairs are kept as {@code
   * key=value} before the message.
   */
  Logger logger();

  /**
   * Completes the job in the caller's transaction: it is completed if, and only if, that commits.
   * What was kept with the job so far is stored with it. After that, whatever the worker returns or
   * throws changes nothing, and subscribers are told when it has done so that the job is completed.
   * If the transaction rolls back, what the worker returns or throws counts as if this had not been
   * called.
   *
   * @param tx the caller's transaction
   * @return the job as it is stored if the transaction commits
   * @throws IllegalStateException if the job does not run this attempt any more, or if there is no
   *     transaction: in {@code dsl.transaction(tx -> ...)}, this wants {@code tx.dsl()}
   */
  JobRow completeTx(DSLContext tx);

  /**
   * Completes the job in the transaction of a connection, as {@link #completeTx(DSLContext)} does.
   *
   * @param tx the connection; it is neither committed nor closed
   * @return the job as it is stored if the transaction commits
   * @throws IllegalStateException if the job does not run this attempt any more, or if the
   *     connection commits by itself
   */
  JobRow completeTx(Connection tx);

  /**
   * Runs a step, unless an earlier attempt has come past it: after a failure, a snooze or a stop,
   * the next attempt skips the steps that were done. How far the job came is stored together with
   * the attempt's outcome, or sooner in a transaction of the caller's ({@link Step#completeTx});
   * what a process had not stored when it died is done again.
   *
   * @param name the step, different from every other step of the job
   * @param body what it does
   * @throws IllegalArgumentException if the name is empty, can't be stored or is longer than 65,536
   *     characters
   * @throws IllegalStateException if the name was used before in this attempt
   * @throws Exception what the body throws
   */
  void step(String name, Step.Body<Void> body) throws Exception;

  /**
   * Runs a step that can be resumed in its middle, as {@link #step} runs others: the body is told
   * by {@link Step#cursor()} how far an earlier attempt came.
   *
   * @param <C> the class of its cursor
   * @param name the step, different from every other step of the job
   * @param cursorClass that class
   * @param body what it does
   * @throws IllegalStateException if the name was used before in this attempt
   * @throws IllegalArgumentException if the name is empty, can't be stored or is longer than 65,536
   *     characters, or if the stored cursor can't be read as that class
   * @throws Exception what the body throws
   */
  <C> void stepWithCursor(String name, Class<C> cursorClass, Step.Body<C> body) throws Exception;
}
