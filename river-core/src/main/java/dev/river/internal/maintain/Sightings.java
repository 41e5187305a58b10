package dev.river.internal.maintain;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Remembers since when something is wrong, and when it was last told. Of one thread. */
final class Sightings {
  private final LongSupplier nanos;
  private final Duration betweenTellings;
  private final Map<Object, Sighting> sightings = new HashMap<>();

  /**
   * Creates it.
   *
   * @param nanos a clock that never goes back
   * @param betweenTellings how long to be silent about what was told
   */
  Sightings(LongSupplier nanos, Duration betweenTellings) {
    this.nanos = nanos;
    this.betweenTellings = betweenTellings;
  }

  /** Takes note of what is seen now. What is not among it has ended. */
  void see(Collection<?> present) {
    sightings.keySet().retainAll(present);
    long now = nanos.getAsLong();
    present.forEach(what -> sightings.computeIfAbsent(what, key -> new Sighting(now)));
  }

  /** {@return for how long something has been seen, from the first look to this one} */
  Duration seenFor(Object what) {
    Sighting sighting = sightings.get(what);
    return sighting == null
        ? Duration.ZERO
        : Duration.ofNanos(nanos.getAsLong() - sighting.firstAt);
  }

  /** {@return whether something that is seen is to be told now; it is taken for told then} */
  boolean tell(Object what) {
    Sighting sighting = sightings.get(what);
    long now = nanos.getAsLong();
    if (sighting == null || (sighting.told && now - sighting.toldAt < betweenTellings.toNanos())) {
      return false;
    }
    sighting.told = true;
    sighting.toldAt = now;
    return true;
  }

  private static final class Sighting {
    final long firstAt;
    boolean told;
    long toldAt;

    Sighting(long firstAt) {
      this.firstAt = firstAt;
    }
  }
}
