package dev.river.internal.event;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.internal.service.OwnThreads;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Hands each event to every subscription that wants its kind; never waits. Thread-safe. */
public final class EventHub implements EventSink {
  private final List<BufferedSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /** Creates it without subscriptions. */
  public EventHub() {}

  @Override
  public boolean hasSubscribers() {
    return !subscriptions.isEmpty();
  }

  /**
   * {@return a new subscription}
   *
   * @param kinds what it is about
   * @param bufferSize how many events it holds
   */
  public Subscription subscribe(Set<EventKind> kinds, int bufferSize) {
    BufferedSubscription subscription =
        new BufferedSubscription(kinds, bufferSize, subscriptions::remove);
    subscriptions.add(subscription);
    if (closed) { // asked after it can be found: it is closed either here or by close()
      subscription.close();
    }
    return subscription;
  }

  /**
   * {@return a new subscription whose events a function gets, one after the other}
   *
   * @param kinds what it is about
   * @param bufferSize how many events it holds while the function is busy
   * @param function gets the events, on a thread of its own
   */
  public Subscription subscribe(
      Set<EventKind> kinds, int bufferSize, Consumer<? super Event> function) {
    Subscription subscription = subscribe(kinds, bufferSize);
    OwnThreads.virtual("river-subscriber", new EventPump(subscription, function)).start();
    return subscription;
  }

  @Override
  public void publish(Event event) {
    subscriptions.forEach(subscription -> subscription.offer(event));
  }

  /** Ends every subscription, those too that are made later. */
  public void close() {
    closed = true;
    subscriptions.forEach(BufferedSubscription::close);
  }
}
