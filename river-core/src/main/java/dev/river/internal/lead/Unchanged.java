package dev.river.internal.lead;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Remembers for how long values have not changed, by a clock of this process that only goes
 * forward. The times in the values are not compared with any clock, so that no step of the server's
 * clock makes a living client look silent, or a dead one alive. Of one thread.
 *
 * @param <K> whose values they are
 * @param <V> the values
 */
public final class Unchanged<K, V> {
  private final LongSupplier nanos;
  private final Duration longestGap;
  private final Map<K, Sighting<V>> sightings = new HashMap<>();

  /**
   * Creates it.
   *
   * @param nanos a clock that never goes back
   * @param longestGap after how long without a look nothing is known: whoever did not look may have
   *     been suspended, together with those that it looks at
   */
  public Unchanged(LongSupplier nanos, Duration longestGap) {
    this.nanos = nanos;
    this.longestGap = longestGap;
  }

  private record Sighting<V>(V value, long since, long last) {}

  /**
   * Takes note of a value that is seen now.
   *
   * @return for how long it has been the same, from the first look to this one
   */
  public Duration see(K key, V value) {
    long now = nanos.getAsLong();
    Sighting<V> before = sightings.get(key);
    long since = before == null || isNew(before, value, now) ? now : before.since();
    sightings.put(key, new Sighting<>(value, since, now));
    return Duration.ofNanos(now - since);
  }

  private boolean isNew(Sighting<V> before, V value, long now) {
    return !Objects.equals(before.value(), value) || now - before.last() > longestGap.toNanos();
  }

  /** Forgets the values of all but some. */
  public void retain(Collection<K> keys) {
    sightings.keySet().retainAll(keys);
  }

  /** {@return whether nothing is remembered} */
  public boolean isEmpty() {
    return sightings.isEmpty();
  }
}
