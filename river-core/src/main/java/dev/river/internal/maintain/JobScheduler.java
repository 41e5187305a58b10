package dev.river.internal.maintain;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobSchedules;
import dev.river.internal.store.JobSchedules.Scheduled;
import dev.river.internal.store.Notifications;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes scheduled and retryable jobs available when their time has come. Every client may run one;
 * they pass over the jobs that another one is moving.
 */
public final class JobScheduler implements Service {
  private static final int BATCH = 1_000;

  /** A job that was scheduled meanwhile by someone else is seen this late at most. */
  private static final Duration LONGEST_REST = Duration.ofMillis(200);

  private final Database database;
  private final JobSchedules schedules;
  private final Notifications notifications;
  private final Consumer<Set<String>> wakeQueues;
  private final ServiceLoop loop;

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param database where it runs
   * @param schedules moves jobs
   * @param notifications tells other clients
   * @param wakeQueues tells the producers of this client
   */
  public JobScheduler(
      String clientId,
      Database database,
      JobSchedules schedules,
      Notifications notifications,
      Consumer<Set<String>> wakeQueues) {
    this.database = database;
    this.schedules = schedules;
    this.notifications = notifications;
    this.wakeQueues = wakeQueues;
    this.loop = new ServiceLoop("river-" + clientId + "-scheduler", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  private Duration pass() {
    Scheduled scheduled = database.call(db -> schedules.schedule(db, BATCH));
    if (!scheduled.queues().isEmpty()) {
      wakeQueues.accept(scheduled.queues());
      database.run(db -> notifications.announce(db, scheduled.queues()));
    }
    return scheduled.moved() == BATCH ? Duration.ZERO : untilNext();
  }

  private Duration untilNext() {
    return database
        .call(schedules::untilNext)
        .filter(rest -> rest.compareTo(LONGEST_REST) < 0)
        .orElse(LONGEST_REST);
  }
}
