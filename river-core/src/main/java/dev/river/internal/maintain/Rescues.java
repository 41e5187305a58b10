package dev.river.internal.maintain;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.lead.OpenGate;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Notifications;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** What it takes to rescue jobs that nobody runs any more. */
public final class Rescues {
  private final Database database;
  private final Notifications notifications;
  private final Consumer<Set<String>> wakeQueues;
  private final JobResults results;
  private final JobRescues jobs;
  private final OldestAttempt oldest;
  private final Rescue rescue;

  /**
   * Creates it.
   *
   * @param database where jobs are rescued
   * @param codec reads and writes their metadata
   * @param notifications tells the other clients of work
   * @param wakeQueues tells the producers of this client
   * @param maxRescues with how many rescues a job is given up
   */
  public Rescues(
      Database database,
      JsonCodec codec,
      Notifications notifications,
      Consumer<Set<String>> wakeQueues,
      int maxRescues) {
    this.database = database;
    this.notifications = notifications;
    this.wakeQueues = wakeQueues;
    this.results = new JobResults(codec);
    this.jobs = new JobRescues(codec);
    this.oldest = new OldestAttempt(database, jobs);
    this.rescue = new Rescue(codec, maxRescues);
  }

  /**
   * What a client knows about jobs, whoever runs them.
   *
   * @param kinds the kinds that it knows; jobs of others are left alone
   * @param timeout how long an attempt may run; empty for no limit
   * @param retryDelay how long a job waits that is tried again
   */
  public record Rules(
      Set<String> kinds,
      Function<JobRow, Optional<Duration>> timeout,
      Function<JobRow, Duration> retryDelay) {}

  /**
   * {@return what puts back the jobs of clients that are gone}
   *
   * @param gate lets one client of the fleet do it
   * @param clients who is there
   * @param observer the client that looks
   * @param rules what it knows about jobs
   */
  public ServiceLoop.Pass ofGoneClients(
      UpkeepGate gate, ClientStore clients, Observer observer, Rules rules) {
    return new ClientRescuer(
        gate,
        new OpenGate(database),
        new GoneClients(clients, observer, oldest),
        new OrphanSearch(jobs, rules.kinds(), rescue),
        new NamesakeSearch(jobs, rules.kinds(), rescue, observer),
        rescuer());
  }

  /**
   * {@return what ends the attempts of jobs that run for too long}
   *
   * @param gate lets one client of the fleet do it
   * @param horizon how long that is
   * @param rules what this client knows about jobs
   */
  public ServiceLoop.Pass ofStuckJobs(UpkeepGate gate, Duration horizon, Rules rules) {
    return ofStuckJobs(gate, horizon, rules, job -> false);
  }

  /**
   * {@return what ends the attempts of jobs that run for too long}
   *
   * @param gate lets one client of the fleet do it
   * @param horizon how long that is, for a job of a living client after its timeout
   * @param rules what this client knows about jobs
   * @param runsInTime whether this client runs an attempt, and has not ended it for its timeout
   */
  public ServiceLoop.Pass ofStuckJobs(
      UpkeepGate gate, Duration horizon, Rules rules, Predicate<JobRow> runsInTime) {
    return new StuckJobRescuer(
        gate,
        List.of(
            new StuckSearch(jobs, rules, horizon, rescue),
            new OverdueSearch(jobs, rules, horizon, rescue, runsInTime)),
        rescuer());
  }

  /** {@return what knows where searches of running attempts begin} */
  public OldestAttempt oldestAttempt() {
    return oldest;
  }

  private Rescuer rescuer() {
    return new Rescuer(oldest, results, notifications, wakeQueues);
  }
}
