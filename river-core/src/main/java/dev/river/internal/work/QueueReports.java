package dev.river.internal.work;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.internal.event.EventHub;
import dev.river.internal.service.UserCode;
import dev.river.work.Extension;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells extensions and subscribers what happens to the queues of a client. Thread-safe. */
public final class QueueReports {
  private static final Logger LOG = LoggerFactory.getLogger(QueueReports.class);

  private final List<Extension> extensions;
  private final EventHub events;

  /**
   * Creates it.
   *
   * @param extensions are told of claims
   * @param events takes the events
   */
  public QueueReports(List<Extension> extensions, EventHub events) {
    this.extensions = extensions;
    this.events = events;
  }

  void claimed(String queue, int jobs, Duration duration) {
    for (Extension extension : extensions) {
      UserCode.run(
          () -> extension.claimed(queue, jobs, duration),
          failure ->
              UserCode.log(
                  LOG, Level.WARN, failure, "an extension failed when it was told of a claim"));
    }
  }

  void paused(String queue, boolean paused) {
    events.publish(
        new Event.QueueEvent(paused ? EventKind.QUEUE_PAUSED : EventKind.QUEUE_RESUMED, queue));
  }
}
