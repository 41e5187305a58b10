package dev.river.test.fault;

import java.util.function.Predicate;

/**
 * Says at which of some statements a fault happens, and which. It is armed by the last call: {@link
 * #refused}, {@link #connectionLostBefore} or {@link #connectionLostAfter}. Once and at the first
 * one, unless said otherwise. Not safe for use by several threads.
 */
public final class StatementFaults {
  /** A deadlock: the same statement may succeed when it is tried again. */
  private static final String DEADLOCK = "40P01";

  private final FaultPlan plan;
  private final String name;
  private final Predicate<String> sql;
  private Occurrences occurrences = Occurrences.ONCE;

  StatementFaults(FaultPlan plan, String name, Predicate<String> sql) {
    this.plan = plan;
    this.name = name;
    this.sql = sql;
  }

  /**
   * Lets statements pass before it happens.
   *
   * @param number the statement that it happens at, counted from 1, which is the first one from now
   *     on
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public StatementFaults nth(int number) {
    occurrences = occurrences.from(number);
    return this;
  }

  /**
   * Lets it happen at several statements, one after the other.
   *
   * @param number how many
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public StatementFaults times(int number) {
    occurrences = occurrences.repeated(number);
    return this;
  }

  /**
   * Lets it happen at every statement until {@link FaultyDataSource#reset}.
   *
   * @return this
   */
  public StatementFaults always() {
    return times(Integer.MAX_VALUE);
  }

  /**
   * The server refuses the statement as if there were a deadlock (40P01), which the next try may
   * not meet.
   *
   * @return the fault
   */
  public Fault refused() {
    return refused(DEADLOCK);
  }

  /**
   * The server refuses the statement. As ever, its transaction can only be rolled back then, or to
   * a savepoint; the connection lives.
   *
   * @param sqlState what the server says: 23505 that a key is there already, 53100 that the disk is
   *     full; five digits or capital letters
   * @return the fault
   * @throws IllegalArgumentException if it is not the SQLSTATE of an error
   */
  public Fault refused(String sqlState) {
    return arm(
        name + " refused with " + sqlState, new Effect.Refusal(sqlState), Moment.BEFORE_STATEMENT);
  }

  /**
   * The connection is lost before the statement reaches the server: it doesn't run, and what the
   * transaction did before is rolled back.
   *
   * @return the fault
   */
  public Fault connectionLostBefore() {
    return arm("connection lost before " + name, new Effect.Loss(), Moment.BEFORE_STATEMENT);
  }

  /**
   * The connection is lost when the statement has run, before its answer arrives. What it did is
   * rolled back with its transaction; if it commits by itself, it is stored.
   *
   * @return the fault
   */
  public Fault connectionLostAfter() {
    return arm("connection lost after " + name, new Effect.Loss(), Moment.AFTER_STATEMENT);
  }

  private Fault arm(String description, Effect effect, Moment moment) {
    return plan.arm(description, effect, new ArmedFault.Trigger(moment, sql, occurrences));
  }
}
