package dev.river.internal.event;

import dev.river.event.Event;
import dev.river.event.Subscription;
import dev.river.internal.service.UserCode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
    for (Optional<Event> event = next(); event.isPresent(); event = next()) {
      call(event.get());
    }
  }

  /** {@return the next event; empty when the subscription is closed, which alone ends it} */
  private Optional<Event> next() {
    while (true) {
      try {
        return subscription.poll(UNTIL_CLOSED);
      } catch (InterruptedException e) {
        LOG.debug("a subscriber's thread was interrupted, and goes on");
      }
    }
  }

  private void call(Event event) {
    UserCode.run(
        () -> function.accept(event),
        failure ->
            UserCode.log(
                LOG, Level.ERROR, failure, "a subscriber failed at an event {}", event.kind()));
  }
}
