package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.VacuumHealth;
import dev.river.internal.store.VacuumHealth.DeadRows;
import dev.river.internal.store.VacuumHealth.Holder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of what makes a job table slow: a transaction that stays open keeps PostgreSQL from
 * removing the rows of jobs that are gone, and every claim has to step over them; so does a vacuum
 * that doesn't keep up. It changes nothing itself.
 *
 * <p>A transaction counts when two looks in a row see that it holds the same place. If its age
 * can't be seen, it counts from the first look on.
 */
public final class VacuumWatch implements ServiceLoop.Pass {
  private static final Logger LOG = LoggerFactory.getLogger(VacuumWatch.class);
  private static final String DUTY = "vacuum-watch";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);
  private static final Duration BETWEEN_WARNINGS = Duration.ofHours(1);

  /** Autovacuum looks once a minute and may be busy elsewhere, so some more is nothing unusual. */
  private static final double USUAL_EXCESS = 3;

  private static final String BACKLOG = "backlog";

  private final UpkeepGate gate;
  private final VacuumHealth health;
  private final Duration threshold;
  private final Sightings holders;
  private final Sightings backlog;

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param health looks at the database
   * @param threshold how long something may last that is not told
   */
  public VacuumWatch(UpkeepGate gate, VacuumHealth health, Duration threshold) {
    this(gate, health, threshold, System::nanoTime);
  }

  VacuumWatch(UpkeepGate gate, VacuumHealth health, Duration threshold, LongSupplier nanos) {
    this.gate = gate;
    this.health = health;
    this.threshold = threshold;
    this.holders = new Sightings(nanos, BETWEEN_WARNINGS);
    this.backlog = new Sightings(nanos, BETWEEN_WARNINGS);
  }

  @Override
  public Duration run() {
    Optional<Seen> seen =
        gate.pass(DUTY, LIMIT, db -> new Seen(health.holders(db), health.deadRows(db)));
    holders.see(seen.map(now -> now.holders().stream().map(Place::of).toList()).orElse(List.of()));
    backlog.see(seen.filter(now -> isBehind(now.deadRows())).map(now -> BACKLOG).stream().toList());
    seen.ifPresent(this::warn);
    return BETWEEN_LOOKS;
  }

  private void warn(Seen seen) {
    seen.holders().forEach(this::warn);
    boolean isLasting = backlog.seenFor(BACKLOG).compareTo(threshold) >= 0;
    if (isBehind(seen.deadRows()) && isLasting && backlog.tell(BACKLOG)) {
      warn(seen.deadRows());
    }
  }

  private void warn(Holder holder) {
    Place place = Place.of(holder);
    Duration seenFor = holders.seenFor(place);
    Duration age = holder.seconds().map(VacuumWatch::toDuration).orElse(seenFor);
    if (seenFor.isPositive() && age.compareTo(threshold) >= 0 && holders.tell(place)) {
      LOG.warn(
          "{} has held a transaction open for {}{} s: until it ends, PostgreSQL can't remove the rows"
              + " of jobs that are gone, and claims become slower and slower",
          holder.name(),
          holder.seconds().isPresent() ? "" : "at least ",
          age.toSeconds());
    }
  }

  private static void warn(DeadRows dead) {
    LOG.warn(
        "vacuum falls behind on the job table, so that claims become slower: {} dead rows, while"
            + " autovacuum{} begins at {}; last vacuum {}",
        dead.rows(),
        dead.automatic() ? "" : " (which is off)",
        (long) dead.threshold(),
        dead.secondsSinceVacuum().map(ago -> ago.longValue() + " s ago").orElse("never"));
  }

  private boolean isBehind(DeadRows dead) {
    return dead.rows() > USUAL_EXCESS * dead.threshold()
        && dead.secondsSinceVacuum()
            .map(ago -> toDuration(ago).compareTo(threshold) >= 0)
            .orElse(true);
  }

  private static Duration toDuration(double seconds) {
    return Duration.ofMillis((long) (seconds * 1_000));
  }

  private record Seen(List<Holder> holders, DeadRows deadRows) {}

  /** Who holds which transaction. */
  private record Place(String who, long transaction) {
    static Place of(Holder holder) {
      // what follows the first bracket may change from look to look
      return new Place(holder.name().split(" \\(", 2)[0], holder.transaction());
    }
  }
}
