package dev.river.internal.maintain;

import dev.river.error.UniqueConflictException;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobSchedules;
import dev.river.internal.store.JobSchedules.Scheduled;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.RefusedRows;
import dev.river.internal.store.RowFaults;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes scheduled and retryable jobs available when their time has come. */
public final class JobScheduler implements ServiceLoop.Pass {
  private static final Logger LOG = LoggerFactory.getLogger(JobScheduler.class);
  private static final String DUTY = "scheduler";
  private static final int BATCH = 1_000;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A job that was scheduled meanwhile by someone else is seen this late at most. */
  private static final Duration LONGEST_REST = Duration.ofMillis(200);

  /** The same, where for a while no job has been waiting for a time that is near. */
  private static final Duration LONGEST_REST_WHEN_IDLE = Duration.ofMillis(500);

  private static final Duration NEAR = Duration.ofMinutes(1);
  private static final Duration UNTIL_IDLE = Duration.ofMinutes(1);

  private final UpkeepGate gate;
  private final JobSchedules schedules;
  private final Database database;
  private final Notifications notifications;
  private final Consumer<Set<String>> wakeQueues;
  private final BatchSize batches = new BatchSize(BATCH);
  private long lastBusy = System.nanoTime() - UNTIL_IDLE.toNanos(); // owned by the loop's thread
  private final RefusedRows refused = new RefusedRows(LOG, "is due and can't be made available");

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param schedules moves jobs
   * @param database where other clients are told
   * @param notifications tells other clients
   * @param wakeQueues tells the producers of this client
   */
  public JobScheduler(
      UpkeepGate gate,
      JobSchedules schedules,
      Database database,
      Notifications notifications,
      Consumer<Set<String>> wakeQueues) {
    this.gate = gate;
    this.schedules = schedules;
    this.database = database;
    this.notifications = notifications;
    this.wakeQueues = wakeQueues;
  }

  /**
   * What one pass found.
   *
   * @param scheduled what it did
   * @param untilNext how long it is until the next job is due; empty if none waits
   */
  private record Found(Scheduled scheduled, Optional<Duration> untilNext) {}

  @Override
  public Duration run() {
    int size = batches.current();
    return batches.run(this::schedule).map(found -> announce(found, size)).orElse(LONGEST_REST);
  }

  private Optional<Found> schedule(int most) {
    if (refused.ids().isEmpty()) {
      try {
        return gate.pass(DUTY, LIMIT, db -> found(db, schedules.schedule(db, most), most));
      } catch (UniqueConflictException e) {
        throw e; // the key was taken at this moment, which the next pass sees
      } catch (RuntimeException e) {
        if (!RowFaults.mayBe(e)) {
          throw e;
        }
      }
    }
    return gate.pass(
        DUTY,
        LIMIT,
        db -> found(db, schedules.scheduleEach(db, most, refused.ids(), this::refuse), most));
  }

  private void refuse(Long id, RuntimeException why) {
    if (why instanceof UniqueConflictException conflict) {
      throw conflict; // the key was taken at this moment, which the next pass sees
    }
    refused.add(id, why);
  }

  private Found found(DSLContext db, Scheduled scheduled, int most) {
    return new Found(
        scheduled, scheduled.moved() == most ? Optional.empty() : schedules.untilNext(db));
  }

  private Duration announce(Found found, int size) {
    Scheduled scheduled = found.scheduled();
    if (!scheduled.queues().isEmpty()) {
      wakeQueues.accept(scheduled.queues());
      database.run(db -> notifications.announce(db, scheduled.queues()));
    }
    if (scheduled.moved() > 0
        || found.untilNext().filter(next -> next.compareTo(NEAR) < 0).isPresent()) {
      lastBusy = System.nanoTime();
    }
    return scheduled.moved() == size ? Duration.ZERO : rest(found);
  }

  private Duration rest(Found found) {
    boolean idle = System.nanoTime() - lastBusy > UNTIL_IDLE.toNanos();
    Duration longest = idle ? LONGEST_REST_WHEN_IDLE : LONGEST_REST;
    Duration next = found.untilNext().filter(due -> due.compareTo(longest) < 0).orElse(longest);
    boolean isStuck = !next.isPositive() && found.scheduled().moved() == 0;
    return isStuck ? LONGEST_REST : next; // what is due is locked or refused: no reason to hurry
  }
}
