package dev.river.test.fault;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Says when the process crashes. It is armed by the last call. Not safe for use by several threads.
 *
 * <p>What the process was about to do does not come to an end: the statement or commit after which
 * it crashes has happened, but its caller gets an {@link InjectedFault} instead of an answer, as
 * does everybody else who uses a connection from then on.
 */
public final class CrashFaults {
  private final FaultPlan plan;
  private final Consumer<Fault> crash;
  private Predicate<String> sql = any -> true;

  CrashFaults(FaultPlan plan, Consumer<Fault> crash) {
    this.plan = plan;
    this.crash = crash;
  }

  /**
   * Counts only some statements, or commits of transactions with such a statement. A client that
   * runs sends statements all the time.
   *
   * @param sql what is true of their text
   * @return this
   */
  public CrashFaults countingOnly(Predicate<String> sql) {
    this.sql = sql;
    return this;
  }

  /**
   * It crashes when a statement has run.
   *
   * @param number which one, counted from 1, which is the first one from now on
   * @return the fault
   * @throws IllegalArgumentException if it is less than 1
   */
  public Fault afterStatement(int number) {
    return arm("crash after a statement", Moment.AFTER_STATEMENT, Occurrences.ONCE.from(number));
  }

  /**
   * It crashes before the next commit: nothing of it is stored.
   *
   * @return the fault
   */
  public Fault beforeTheCommit() {
    return arm("crash before the commit", Moment.BEFORE_COMMIT, Occurrences.ONCE);
  }

  /**
   * It crashes after the next commit: everything is stored.
   *
   * @return the fault
   */
  public Fault afterTheCommit() {
    return arm("crash after the commit", Moment.AFTER_COMMIT, Occurrences.ONCE);
  }

  /**
   * It crashes at once, whatever it does. The statements that run on the server may still come to
   * their end there.
   *
   * @return the fault, which has happened
   */
  public Fault now() {
    Fault fault = new Fault("crash");
    crash.accept(fault);
    return fault;
  }

  private Fault arm(String description, Moment moment, Occurrences occurrences) {
    return plan.arm(
        description, new Effect.Crash(), new ArmedFault.Trigger(moment, sql, occurrences));
  }
}
