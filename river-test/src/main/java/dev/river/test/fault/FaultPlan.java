package dev.river.test.fault;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The faults that are to happen, and those that have. Thread-safe. */
final class FaultPlan {
  private final List<ArmedFault> armed = new CopyOnWriteArrayList<>();
  private final List<Fault> happened = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  Fault arm(String description, Effect effect, ArmedFault.Trigger trigger) {
    checkOpen();
    Fault fault = new Fault(description + trigger.occurrences());
    armed.add(new ArmedFault(fault, effect, trigger));
    return fault;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("no fault can be armed: the FaultyDataSource is closed");
    }
  }

  /**
   * {@return the fault that happens now} Of several the one that was armed first; the others don't
   * see the statement.
   *
   * @param moment before or after what
   * @param statements the statement, those of a batch, or those of the transaction
   */
  Optional<ArmedFault> due(Moment moment, List<String> statements) {
    Optional<ArmedFault> due =
        armed.stream().filter(candidate -> candidate.isDue(moment, statements)).findFirst();
    due.filter(ArmedFault::isOver).ifPresent(armed::remove);
    return due;
  }

  void happen(Fault fault) {
    happened.add(fault);
    fault.happen();
  }

  List<Fault> happened() {
    return List.copyOf(happened);
  }

  List<Fault> armed() {
    return armed.stream().map(ArmedFault::fault).toList();
  }

  void reset() {
    armed.clear();
    happened.clear();
  }

  void close() {
    closed = true;
    armed.clear();
  }
}
