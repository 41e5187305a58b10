package dev.river.internal.notify;

import dev.river.error.DatabaseException;
import dev.river.error.SqlFault;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.LeadershipNews;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.service.Thoroughly;
import dev.river.internal.store.Database;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.NotificationStream.Notification;
import dev.river.internal.store.Notifications;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what clients tell each other on one connection of its own, and opens a new one when
 * that breaks. What was said in between is lost, so its audience hears of every new beginning.
 *
 * <p>The connection is the session of the client too: as long as it lives, the client holds the
 * locks that its guests have taken there.
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

    /** A client tells all others something about the leader. */
    void told(LeadershipNews news);
  }

  /**
   * Who uses the session. Called on this service's thread, which hears of new work: what it runs
   * there must not wait. The server cancels a statement that waits 50 ms for a lock, or takes half
   * a second.
   */
  public interface Guest {

    /**
     * May use the session now; called again and again, every 100 ms if nothing else happens.
     *
     * @param session for statements that commit one by one
     */
    void attend(DSLContext session);

    /** The session is gone, and with it every lock. */
    void lost();

    /**
     * The session ends now.
     *
     * @param session for statements that commit one by one
     */
    void leave(DSLContext session);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** Also the longest time that a stop has to wait for. */
  private static final Duration SLICE = Duration.ofMillis(100);

  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final Database database;
  private final Notifications notifications;
  private final MessageCodec codec;
  private final Audience audience;
  private final List<Guest> guests;
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
   * @param guests who uses the session
   */
  public Listener(
      String clientId,
      Database database,
      Notifications notifications,
      MessageCodec codec,
      Audience audience,
      List<? extends Guest> guests) {
    this.database = database;
    this.notifications = notifications;
    this.codec = codec;
    this.audience = audience;
    this.guests = List.copyOf(guests);
    this.loop = new ServiceLoop(clientId, "listener", this::listen);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
    Thoroughly.run(
        this::leave,
        () ->
            release(
                false,
                e -> LOG.debug("the LISTEN connection was broken when it was given back", e)));
  }

  private void leave() {
    if (stream != null) {
      DSLContext session = stream.session();
      guests.forEach(guest -> leave(guest, session));
    }
  }

  private static void leave(Guest guest, DSLContext session) {
    try {
      guest.leave(session);
    } catch (DatabaseException e) {
      LOG.debug("the session was broken when it was left", e);
    }
  }

  private Duration listen() {
    try {
      if (stream == null) {
        stream = notifications.listen(database);
        lastSignOfLife = System.nanoTime();
        audience.missedSomething();
      }
      hear(stream);
      for (Guest guest : guests) {
        attend(guest, stream);
      }
      return Duration.ZERO;
    } catch (DatabaseException e) {
      database.noteFailure(e);
      release(e.isUnreachable(), e::addSuppressed);
      throw e;
    } catch (
        Throwable e) { // what had arrived may be lost, or the driver has stopped amid an answer
      release(true, e::addSuppressed);
      throw e;
    }
  }

  private static void attend(Guest guest, NotificationStream at) {
    try {
      guest.attend(at.session());
    } catch (DatabaseException e) {
      if (!e.isTimeout() && e.fault() != SqlFault.LOCK_TIMEOUT) {
        throw e;
      }
      LOG.debug("a statement of the session took too long and was given up", e);
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
    String payload = notification.payload();
    switch (notification.topic()) {
      case INSERT -> codec.queueOf(payload).ifPresent(audience::workIn);
      case CONTROL -> codec.decodeControl(payload).ifPresent(audience::told);
      case LEADERSHIP ->
          codec.decodeLeadership(payload, notification.sender()).ifPresent(audience::told);
    }
  }

  /**
   * Gives the connection back.
   *
   * @param useless whether it is to end instead, so that its pool doesn't lend it again
   * @param onFailure is told if it is broken
   */
  private void release(boolean useless, Consumer<DatabaseException> onFailure) {
    if (stream != null) {
      try {
        if (useless) {
          stream.end();
        } else {
          stream.close();
        }
      } catch (DatabaseException e) {
        onFailure.accept(e);
      } finally {
        stream = null;
        guests.forEach(Guest::lost);
      }
    }
  }
}
