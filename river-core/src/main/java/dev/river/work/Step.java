package dev.river.work;

import java.sql.Connection;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * A step of a job that can be resumed, while it runs.
 *
 * @param <C> the class of its cursor; {@code Void} for a step without one
 */
public interface Step<C> {

  /** What a step does. */
  @FunctionalInterface
  interface Body<C> {

    /**
     * Does it.
     *
     * @param step the step
     * @throws Exception to fail the attempt; the next one begins with this step
     */
    void run(Step<C> step) throws Exception;
  }

  /** {@return how far an earlier attempt, or this one, came with this step} */
  Optional<C> cursor();

  /**
   * Notes how far this step has come. It is stored together with the attempt's outcome, so that it
   * is lost if the process dies.
   *
   * @param cursor what the next attempt is to be told; anything that Jackson can write and read
   * @throws IllegalArgumentException if it can't be stored
   */
  void cursor(C cursor);

  /**
   * Notes how far this step has come, in the caller's transaction.
   *
   * @param tx the caller's transaction
   * @param cursor what the next attempt is to be told
   * @throws IllegalArgumentException if it can't be stored
   * @throws IllegalStateException if the job does not run this attempt any more
   */
  void cursorTx(DSLContext tx, C cursor);

  /**
   * Notes how far this step has come, in the transaction of a connection.
   *
   * @param tx the connection; it is neither committed nor closed
   * @param cursor what the next attempt is to be told
   * @throws IllegalArgumentException if it can't be stored
   * @throws IllegalStateException if the job does not run this attempt any more
   */
  void cursorTx(Connection tx, C cursor);

  /**
   * Notes in the caller's transaction that this step is done; the step should end then.
   *
   * @param tx the caller's transaction
   * @throws IllegalStateException if the job does not run this attempt any more
   */
  void completeTx(DSLContext tx);

  /**
   * Notes in the transaction of a connection that this step is done; the step should end then.
   *
   * @param tx the connection; it is neither committed nor closed
   * @throws IllegalStateException if the job does not run this attempt any more
   */
  void completeTx(Connection tx);
}
