package dev.river.test.fault;

import java.util.function.Predicate;

/**
 * Says at which commit a connection is lost. It is armed by the last call: {@link #beforeTheCommit}
 * or {@link #afterTheCommit}. Once and at the first one, unless said otherwise. Not safe for use by
 * several threads.
 */
public final class CommitFaults {
  private final FaultPlan plan;
  private Predicate<String> sql = any -> true;
  private Occurrences occurrences = Occurrences.ONCE;

  CommitFaults(FaultPlan plan) {
    this.plan = plan;
  }

  /**
   * Counts only commits of some transactions. A client that runs commits all the time.
   *
   * @param sql what is true of the text of one of their statements
   * @return this
   */
  public CommitFaults ofTransactionsWith(Predicate<String> sql) {
    this.sql = sql;
    return this;
  }

  /**
   * Lets commits pass before it happens.
   *
   * @param number the commit that it happens at, counted from 1, which is the first one from now on
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public CommitFaults nth(int number) {
    occurrences = occurrences.from(number);
    return this;
  }

  /**
   * Lets it happen at several commits, one after the other.
   *
   * @param number how many
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public CommitFaults times(int number) {
    occurrences = occurrences.repeated(number);
    return this;
  }

  /**
   * Lets it happen at every commit until {@link FaultyDataSource#reset}.
   *
   * @return this
   */
  public CommitFaults always() {
    return times(Integer.MAX_VALUE);
  }

  /**
   * The connection is lost before the commit reaches the server: nothing is stored.
   *
   * @return the fault
   */
  public Fault beforeTheCommit() {
    return arm("connection lost before the commit", Moment.BEFORE_COMMIT);
  }

  /**
   * The connection is lost after the commit, before its answer arrives: everything is stored, and
   * the caller can't know.
   *
   * @return the fault
   */
  public Fault afterTheCommit() {
    return arm("connection lost after the commit", Moment.AFTER_COMMIT);
  }

  private Fault arm(String description, Moment moment) {
    return plan.arm(
        description, new Effect.Loss(), new ArmedFault.Trigger(moment, sql, occurrences));
  }
}
