package dev.river.internal.work;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Lets a producer claim, or keeps it from that while its queue is paused. Thread-safe.
 *
 * <p>The queue's row decides; it is looked at now and then, and when a notification tells of a
 * pause or its end. A row that was read before the notification came knows less than that, so it
 * doesn't count: whoever reads the row takes the state beforehand and gives it back with what was
 * read. Only a pause that this client itself has committed closes the switch without a look.
 */
final class PauseSwitch {
  private enum Position {
    /** Nobody has looked, or what was seen is out of date. */
    UNKNOWN,
    OPEN,
    PAUSED
  }

  /** What is believed. Each is an object of its own, so that a belief can be told from its like. */
  static final class State {
    private final Position position;

    private State(Position position) {
      this.position = position;
    }

    /** {@return whether the queue is known to be paused} */
    boolean isPaused() {
      return position == Position.PAUSED;
    }
  }

  private final AtomicReference<State> state = new AtomicReference<>(new State(Position.UNKNOWN));
  private final AtomicBoolean reportedPaused = new AtomicBoolean();
  private final Runnable opened;
  private final Consumer<Boolean> changed;

  /**
   * Creates one that is closed until someone has looked at the row.
   *
   * @param opened called each time it is opened
   * @param changed told whether the queue is paused, each time that it is known to have changed
   */
  PauseSwitch(Runnable opened, Consumer<Boolean> changed) {
    this.opened = opened;
    this.changed = changed;
  }

  boolean isOpen() {
    return state.get().position == Position.OPEN;
  }

  /** {@return the present state, for {@link #saw}} */
  State state() {
    return state.get();
  }

  /** Notes that the queue was paused by this client. */
  void pause() {
    state.set(new State(Position.PAUSED));
    report(true);
  }

  /**
   * Hears that the queue was paused or goes on: what was read of its row until now is out of date.
   * The row must be looked at then.
   */
  void doubt() {
    state.updateAndGet(
        before -> new State(before.position == Position.OPEN ? Position.OPEN : Position.UNKNOWN));
  }

  /**
   * Takes over what the row says, unless something was heard since.
   *
   * @param before the state before the row was read
   * @param paused whether the row says that the queue is paused
   */
  void saw(State before, boolean paused) {
    State now = new State(paused ? Position.PAUSED : Position.OPEN);
    if (!state.compareAndSet(before, now)) {
      return;
    }
    report(paused);
    if (!paused && before.position != Position.OPEN) {
      opened.run();
    }
  }

  private void report(boolean paused) {
    if (reportedPaused.compareAndSet(!paused, paused)) {
      changed.accept(paused);
    }
  }
}
