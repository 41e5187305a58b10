package dev.river.internal.notify;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.NotificationStream.Notification;
import dev.river.internal.store.Notifications;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what clients tell each other on one connection of its own, and opens a new one when
 * that breaks. What was said in between is lost, so its audience hears of every new beginning.
 */
public final class Listener implements Service {

  /** Who is told. Called on this service's thread; must not block. */
  public interface Audience {

    /** There may be work in a queue. */
    void workIn(String queue);

    /** Nothing was heard for a while: anything may have happened. */
    void missedSomething();

    /** A client tells all others something. */
    void told(Control control);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** Also the longest time that a stop has to wait for. */
  private static final Duration SLICE = Duration.ofMillis(100);

  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final Database database;
  private final Notifications notifications;
  private final MessageCodec codec;
  private final Audience audience;
  private final ServiceLoop loop;

  // Owned by the loop's thread, and by stop() once that has ended.
  private @Nullable NotificationStream stream;
  private long lastSignOfLife;

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param database where to listen
   * @param notifications on what
   * @param codec reads what arrives
   * @param audience who is told
   */
  public Listener(
      String clientId,
      Database database,
      Notifications notifications,
      MessageCodec codec,
      Audience audience) {
    this.database = database;
    this.notifications = notifications;
    this.codec = codec;
    this.audience = audience;
    this.loop = new ServiceLoop("river-" + clientId + "-listener", this::listen);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
    release(e -> LOG.debug("the LISTEN connection was broken when it was given back", e));
  }

  private Duration listen() {
    try {
      if (stream == null) {
        stream = notifications.listen(database);
        lastSignOfLife = System.nanoTime();
        audience.missedSomething();
      }
      hear(stream);
      return Duration.ZERO;
    } catch (DatabaseException e) {
      release(e::addSuppressed);
      throw e;
    }
  }

  private void hear(NotificationStream from) {
    List<Notification> arrived = from.take(SLICE);
    if (arrived.isEmpty() && System.nanoTime() - lastSignOfLife > SILENCE.toNanos()) {
      from.checkAlive();
      lastSignOfLife = System.nanoTime();
    }
    for (Notification notification : arrived) {
      lastSignOfLife = System.nanoTime();
      tell(notification);
    }
  }

  private void tell(Notification notification) {
    if (notification.isControl()) {
      codec.decodeControl(notification.payload()).ifPresent(audience::told);
    } else {
      codec.queueOf(notification.payload()).ifPresent(audience::workIn);
    }
  }

  private void release(Consumer<DatabaseException> onFailure) {
    if (stream != null) {
      try {
        stream.close();
      } catch (DatabaseException e) {
        onFailure.accept(e);
      } finally {
        stream = null;
      }
    }
  }
}
