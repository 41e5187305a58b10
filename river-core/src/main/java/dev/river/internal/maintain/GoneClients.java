package dev.river.internal.maintain;

import dev.river.internal.lead.Unchanged;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.ClientStore.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which clients are gone.
 *
 * <p>A client is gone when its session has ended and it doesn't say within half a second that it
 * lives, or when it has had no heartbeat for ten seconds. Both are what this client has seen
 * itself, by its own clock, and both take someone who can tell: who was cut off from the database a
 * moment ago must suppose that the others were too. Of one thread.
 */
final class GoneClients {
  private static final Logger LOG = LoggerFactory.getLogger(GoneClients.class);

  /** How long a client may need to say that it lives after it has lost its session. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /** How long clients may need to have sessions again after an outage. */
  private static final Duration STEADY = Duration.ofSeconds(5);

  /** Two heartbeats; after an outage everybody has so long for the next one too. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** Whoever looks less often may have been suspended with all the others. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(9);

  private static final Duration BETWEEN_LOOKS_AT_HEARTBEATS = Duration.ofSeconds(2);

  /** Only jobs of kinds that neither the leader nor the elders know wait for so long. */
  private static final Duration BETWEEN_LOOKS_FOR_THE_GONE = Duration.ofSeconds(15);

  private final ClientStore clients;
  private final Observer observer;
  private final Supplier<Instant> oldest;
  private final Unchanged<Long, Double> heartbeats;
  private final Unchanged<Long, Double> withoutLock;
  private long nextLookAtHeartbeats;
  private long nextLookForTheGone;

  /**
   * Creates it.
   *
   * @param clients who is there
   * @param observer the client that looks
   * @param oldest before which no attempt began that still runs
   */
  GoneClients(ClientStore clients, Observer observer, Supplier<Instant> oldest) {
    this.clients = clients;
    this.observer = observer;
    this.oldest = oldest;
    this.heartbeats = new Unchanged<>(observer.nanos(), LONGEST_GAP);
    this.withoutLock = new Unchanged<>(observer.nanos(), LONGEST_GAP);
    this.nextLookAtHeartbeats = observer.nanos().getAsLong();
    this.nextLookForTheGone = nextLookAtHeartbeats;
  }

  /**
   * What is known of the fleet.
   *
   * @param someAreSuspected whether some clients have not said yet that they live
   * @param someAreGone whether some clients are gone and not forgotten yet
   * @param namesakesAreGone whether one of them had the name of this client
   */
  record Signs(boolean someAreSuspected, boolean someAreGone, boolean namesakesAreGone) {}

  /** {@return what is known of the fleet now} For the client that looks after all others. */
  Signs lookOften(DSLContext db) {
    if (observer.nanos().getAsLong() - nextLookAtHeartbeats < 0) {
      return signs(judgeLocks(db, clients.inTrouble(db)));
    }
    nextLookAtHeartbeats = observer.nanos().getAsLong() + BETWEEN_LOOKS_AT_HEARTBEATS.toNanos();
    return lookAtEveryone(db);
  }

  /**
   * {@return what is known of the fleet now} The clients that started first look at all, the others
   * only at these: a large fleet reads little, and no death goes unseen.
   */
  Signs lookNowAndThen(DSLContext db) {
    if (observer.isElder().getAsBoolean()) {
      return lookAtEveryone(db);
    }
    List<Seen> elders = clients.elders(db);
    judgeHeartbeats(db, elders);
    judgeLocks(db, elders);
    long now = observer.nanos().getAsLong();
    if (now - nextLookForTheGone < 0) {
      return signs(elders);
    }
    nextLookForTheGone = now + BETWEEN_LOOKS_FOR_THE_GONE.toNanos();
    return signs(clients.gone(db));
  }

  private Signs lookAtEveryone(DSLContext db) {
    List<Seen> everyone = clients.everyone(db);
    return signs(judgeLocks(db, judgeHeartbeats(db, everyone)));
  }

  private List<Seen> judgeHeartbeats(DSLContext db, List<Seen> all) {
    heartbeats.retain(all.stream().map(Seen::incarnation).toList());
    boolean canTell = observer.steadyFor().get().compareTo(SILENCE) > 0;
    return all.stream()
        .map(
            seen ->
                !seen.isGone()
                        && heartbeats.see(seen.incarnation(), seen.heartbeat()).compareTo(SILENCE)
                            >= 0
                        && canTell
                    ? declareGone(db, seen, "it has had no heartbeat for 10 s")
                    : seen)
        .toList();
  }

  private List<Seen> judgeLocks(DSLContext db, List<Seen> all) {
    boolean canTell = observer.steadyFor().get().compareTo(STEADY) > 0;
    List<Seen> suspects =
        all.stream().filter(seen -> canTell && !seen.isGone() && seen.hasLostItsLock()).toList();
    withoutLock.retain(suspects.stream().map(Seen::incarnation).toList());
    return all.stream()
        .map(
            seen ->
                suspects.contains(seen)
                        && withoutLock.see(seen.incarnation(), seen.heartbeat()).compareTo(GRACE)
                            >= 0
                    ? declareGone(db, seen, "its session has ended")
                    : seen)
        .toList();
  }

  private Seen declareGone(DSLContext db, Seen seen, String why) {
    boolean gone = clients.declareGone(db, seen);
    if (gone) {
      LOG.warn("client {} is gone: {}", seen.clientId(), why);
    }
    return new Seen(
        seen.incarnation(), seen.clientId(), seen.heartbeat(), gone, seen.hasLostItsLock());
  }

  private Signs signs(List<Seen> found) {
    List<String> gone = found.stream().filter(Seen::isGone).map(Seen::clientId).toList();
    return new Signs(!withoutLock.isEmpty(), !gone.isEmpty(), gone.contains(observer.clientId()));
  }

  /** Forgets those that have left nothing behind. */
  void forget(DSLContext db) {
    clients.forgetGone(db, oldest.get());
  }

  /** Forgets those that had the name of this client, because nothing of theirs is left. */
  void forgetNamesakes(DSLContext db) {
    clients.forgetFormer(db, observer.clientId());
  }
}
