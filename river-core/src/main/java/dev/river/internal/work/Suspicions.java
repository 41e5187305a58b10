package dev.river.internal.work;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * The jobs of which it was heard that they are cancelled, until nobody needs to look at them any
 * more. A hint concerns a job that is known, or one that a claim brings which was under way when
 * the hint came: later claims see the cancellation themselves. So however busy a client is, a hint
 * is kept no longer than the claims of its time last. Not thread-safe.
 */
final class Suspicions {
  /** Bounds the memory for hints; beyond it every job is suspect. */
  private static final int MANY = 10_000;

  /** How many claims had begun when a hint came, by the job's id. */
  private final Map<Long, Long> heard = new LinkedHashMap<>();

  /** The claims under way; the first one is number 0. */
  private final NavigableSet<Long> underWay = new TreeSet<>();

  private long begun;
  private boolean tooMany;
  private long tooManyAt;

  /** {@return the number of a claim that begins} */
  long claimBegins() {
    underWay.add(begun);
    return begun++;
  }

  void claimEnds(long claim) {
    underWay.remove(claim);
  }

  /** {@return whether there is a claim that may bring a job which nobody knows yet} */
  boolean mayBeBrought() {
    return !underWay.isEmpty();
  }

  void hear(long id) {
    if (heard.containsKey(id) || heard.size() < MANY) {
      heard.put(id, begun);
    } else {
      tooMany = true;
      tooManyAt = begun;
    }
  }

  boolean isSuspect(long id) {
    return tooMany || heard.containsKey(id);
  }

  /** {@return how many hints are kept} */
  int size() {
    return heard.size();
  }

  /** Forgets the hints that no claim under way is concerned by, but for those of some jobs. */
  void forgetAllBut(LongPredicate kept) {
    if (!heard.isEmpty()) {
      heard.entrySet().removeIf(hint -> isOver(hint.getValue()) && !kept.test(hint.getKey()));
    }
  }

  /** Forgets the hints that no claim under way is concerned by: the known jobs are looked at. */
  void looked() {
    forgetAllBut(id -> false);
    tooMany &= !isOver(tooManyAt);
  }

  private boolean isOver(long heardAt) {
    return underWay.isEmpty() || underWay.first() >= heardAt;
  }
}
