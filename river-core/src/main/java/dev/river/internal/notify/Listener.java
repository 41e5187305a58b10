package dev.river.internal.notify;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.Notifications;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for hints of new work on one connection of its own, and opens a new one when that breaks.
 * Hints that were sent in between are lost, so everyone is woken when it listens again.
 */
public final class Listener implements Service {

  /** What hints wake. */
  public interface Wakeable {

    /** There may be work in a queue. */
    void wake(String queue);

    /** There may be work in any queue. */
    void wakeAll();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** Also the longest time that a stop has to wait for. */
  private static final Duration SLICE = Duration.ofMillis(100);

  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final Database database;
  private final Notifications notifications;
  private final JsonCodec codec;
  private final Wakeable wakeable;
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
   * @param codec reads the hints
   * @param wakeable what they wake; called on this service's thread, and must not block
   */
  public Listener(
      String clientId,
      Database database,
      Notifications notifications,
      JsonCodec codec,
      Wakeable wakeable) {
    this.database = database;
    this.notifications = notifications;
    this.codec = codec;
    this.wakeable = wakeable;
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
        wakeable.wakeAll();
      }
      hear(stream);
      return Duration.ZERO;
    } catch (DatabaseException e) {
      release(e::addSuppressed);
      throw e;
    }
  }

  private void hear(NotificationStream from) {
    List<String> payloads = from.take(SLICE);
    if (payloads.isEmpty() && System.nanoTime() - lastSignOfLife > SILENCE.toNanos()) {
      from.checkAlive();
      lastSignOfLife = System.nanoTime();
    }
    for (String payload : payloads) {
      lastSignOfLife = System.nanoTime();
      codec.queueOf(payload).ifPresent(wakeable::wake);
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
