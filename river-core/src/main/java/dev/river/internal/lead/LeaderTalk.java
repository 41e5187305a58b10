package dev.river.internal.lead;

import dev.river.internal.codec.LeadershipNews;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was said about the leader, until it is looked into: once a second at most, whatever is said,
 * because anybody may say it who may connect.
 *
 * <p>{@link #senders} is thread-safe, as is to forget some; the rest is of the session's thread.
 */
final class LeaderTalk {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** So many sessions at most are looked up at a time. */
  private static final int MOST_SENDERS = 1_000;

  private final Set<Integer> senders = ConcurrentHashMap.newKeySet();
  private boolean isNew;
  private long nextLook = System.nanoTime();

  void hear(LeadershipNews news) {
    isNew = true;
    if (news instanceof LeadershipNews.ResignRequested request && senders.size() < MOST_SENDERS) {
      senders.add(request.sender());
    }
  }

  /** {@return whether something is to be looked into now, which is not said again then} */
  boolean isToBeLookedInto() {
    long now = System.nanoTime();
    if (!isNew || now - nextLook < 0) {
      return false;
    }
    nextLook = now + BETWEEN_LOOKS.toNanos();
    isNew = false;
    return true;
  }

  /** Forgets what was said. */
  void forget() {
    isNew = false;
    senders.clear();
  }

  /** {@return the sessions that have asked the leader to resign, by their server processes} */
  Set<Integer> senders() {
    return Set.copyOf(senders);
  }

  /** Forgets that some sessions have asked. */
  void forget(Set<Integer> answered) {
    senders.removeAll(answered);
  }
}
