package dev.river.internal.work;

import dev.river.internal.service.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Outcomes that could not be stored, each of which is tried again after a rest that grows, while
 * others go on. Of one thread.
 */
final class SetAside {
  /** When so many are here, no further outcome is taken, and attempts keep their slots. */
  private static final int CAPACITY = 10_000;

  private static final long BYTES = 8 * OutcomeLimits.LARGEST_BYTES;
  private static final Duration FIRST_REST = Duration.ofMillis(50);
  private static final Duration LONGEST_REST_OF_LOCKED = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST_OF_REFUSED = Duration.ofSeconds(10);

  private final List<Entry> entries = new ArrayList<>();
  private long bytes;

  /** One of them. */
  static final class Entry {
    private final EndedAttempt ended;
    private final long bytes;
    private Backoff backoff = new Backoff(FIRST_REST, LONGEST_REST_OF_LOCKED);
    private int refusals;
    private int blames;
    private long dueNanos;

    private Entry(EndedAttempt ended) {
      this.ended = ended;
      this.bytes = ended.bytes() + ended.finished().job().encodedArgs().length();
    }

    EndedAttempt ended() {
      return ended;
    }

    /**
     * {@return how often in a row it was refused while its row could be changed}
     *
     * @param changeable whether it could be changed right after it was refused now
     */
    int blamed(boolean changeable) {
      blames = changeable ? blames + 1 : 0;
      return blames;
    }

    /** Another transaction holds its row. */
    void locked() {
      refusals = 0;
      blames = 0;
      rest();
    }

    void refused() {
      if (refusals++ == 0) {
        backoff = new Backoff(FIRST_REST, LONGEST_REST_OF_REFUSED);
      }
      rest();
    }

    private void rest() {
      dueNanos = System.nanoTime() + backoff.next().toNanos();
    }
  }

  void addLocked(Collection<EndedAttempt> locked) {
    locked.forEach(ended -> add(ended).locked());
  }

  void addRefused(EndedAttempt refused) {
    add(refused).refused();
  }

  private Entry add(EndedAttempt ended) {
    Entry entry = new Entry(ended);
    entries.add(entry);
    bytes += entry.bytes;
    return entry;
  }

  void remove(Collection<Entry> done) {
    if (!done.isEmpty()) {
      entries.removeAll(new HashSet<>(done));
      done.forEach(entry -> bytes -= entry.bytes);
    }
  }

  /** {@return all of them, which it forgets} */
  List<EndedAttempt> clear() {
    List<EndedAttempt> all = entries.stream().map(Entry::ended).toList();
    entries.clear();
    bytes = 0;
    return all;
  }

  boolean isFull() {
    return entries.size() >= CAPACITY || bytes >= BYTES;
  }

  /** {@return whether one is here because another transaction holds its row} */
  boolean hasLocked() {
    return entries.stream().anyMatch(entry -> entry.refusals == 0);
  }

  /** {@return those that are due and that are not refused, at most one of each job} */
  List<Entry> dueLocked(int count) {
    Set<Long> jobs = new HashSet<>();
    long now = System.nanoTime();
    return entries.stream()
        .filter(entry -> entry.refusals == 0 && entry.dueNanos - now <= 0)
        .filter(entry -> jobs.add(entry.ended.jobId()))
        .limit(count)
        .toList();
  }

  /** {@return those that are due and that were refused, which are tried one by one} */
  List<Entry> dueRefused(int count) {
    long now = System.nanoTime();
    return entries.stream()
        .filter(entry -> entry.refusals > 0 && entry.dueNanos - now <= 0)
        .limit(count)
        .toList();
  }

  /** {@return how long it is until the next one is due; zero or less if one is} */
  Duration untilNext(Duration longest) {
    long now = System.nanoTime();
    return entries.stream()
        .map(entry -> Duration.ofNanos(entry.dueNanos - now))
        .min(Duration::compareTo)
        .filter(next -> next.compareTo(longest) < 0)
        .orElse(longest);
  }
}
