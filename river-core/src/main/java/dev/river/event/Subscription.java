package dev.river.event;

import java.time.Duration;
import java.util.Optional;

/**
 * Receives events until it is closed. Its buffer is bounded: when it is full, further events are
 * dropped and counted, so that a slow subscriber never slows its client. Safe for use by several
 * threads; each event goes to one of them.
 */
public interface Subscription extends AutoCloseable {

  /**
   * {@return the next event; waits for it}
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws IllegalStateException if the subscription is closed, or is while this method waits, and
   *     nothing is left in its buffer
   */
  Event take() throws InterruptedException;

  /**
   * {@return the next event; empty if none comes in time, or if the subscription is closed and
   * nothing is left in its buffer}
   *
   * @param limit how long to wait; zero to not wait
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Optional<Event> poll(Duration limit) throws InterruptedException;

  /** {@return how many events were dropped because the buffer was full} */
  long dropped();

  /** Ends the subscription. What is in the buffer can still be taken. */
  @Override
  void close();
}
