package dev.river.internal.event;

import dev.river.event.Event;
import dev.river.event.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a user's function for each event of a subscription until that is closed and empty. */
final class EventPump implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(EventPump.class);
  private static final Duration UNTIL_CLOSED = Duration.ofDays(100_000);

  private final Subscription subscription;
  private final Consumer<? super Event> function;

  EventPump(Subscription subscription, Consumer<? super Event> function) {
    this.subscription = subscription;
    this.function = function;
  }

  @Override
  public void run() {
    try {
      for (Optional<Event> event = next(); event.isPresent(); event = next()) {
        call(event.get());
      }
    } catch (InterruptedException e) {
      LOG.warn("a subscriber was interrupted and gets no more events");
      subscription.close();
    }
  }

  private Optional<Event> next() throws InterruptedException {
    return subscription.poll(UNTIL_CLOSED);
  }

  private void call(Event event) {
    try {
      function.accept(event);
    } catch (RuntimeException | Error e) {
      LOG.error("a subscriber failed at {}", event, e);
    }
  }
}
