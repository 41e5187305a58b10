package dev.river.internal.event;

import dev.river.event.Event;

/** Takes events. Thread-safe. */
public interface EventSink {

  /** {@return whether anybody would hear of an event} */
  boolean hasSubscribers();

  /** Tells an event. */
  void publish(Event event);
}
