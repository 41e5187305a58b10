package dev.river.test.fault;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A fault that waits for its moment. Thread-safe. */
final class ArmedFault {
  private final Fault fault;
  private final Effect effect;
  private final Trigger trigger;
  private final AtomicInteger seen = new AtomicInteger();

  /**
   * When a fault happens.
   *
   * @param moment before or after what
   * @param sql what it is for: that statement, or a transaction with such a statement
   * @param occurrences which of them
   */
  record Trigger(Moment moment, Predicate<String> sql, Occurrences occurrences) {
    boolean isFor(Moment now, List<String> statements) {
      return moment == now && statements.stream().anyMatch(sql);
    }
  }

  ArmedFault(Fault fault, Effect effect, Trigger trigger) {
    this.fault = fault;
    this.effect = effect;
    this.trigger = trigger;
  }

  /** {@return whether it is its turn now} Whatever it is for is counted. */
  boolean isDue(Moment moment, List<String> statements) {
    return trigger.isFor(moment, statements)
        && trigger.occurrences().include(seen.incrementAndGet());
  }

  /** {@return whether it has no turn left} */
  boolean isOver() {
    return trigger.occurrences().endBefore(seen.get() + 1);
  }

  Fault fault() {
    return fault;
  }

  Effect effect() {
    return effect;
  }
}
