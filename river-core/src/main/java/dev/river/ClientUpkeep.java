package dev.river;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.LeadershipNews;
import dev.river.internal.lead.Elector;
import dev.river.internal.lead.LeaderGate;
import dev.river.internal.lead.LeasedGate;
import dev.river.internal.lead.Presence;
import dev.river.internal.lead.TurnGate;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.maintain.JobCleaner;
import dev.river.internal.maintain.JobScheduler;
import dev.river.internal.maintain.Leadership;
import dev.river.internal.maintain.Observer;
import dev.river.internal.maintain.OldestAttempt;
import dev.river.internal.maintain.PeriodicEnqueuer;
import dev.river.internal.maintain.QueueCleaner;
import dev.river.internal.maintain.QueueWatch;
import dev.river.internal.maintain.Reindexer;
import dev.river.internal.maintain.Rescues;
import dev.river.internal.maintain.VacuumWatch;
import dev.river.internal.notify.Listener;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.service.Thoroughly;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobCleanings;
import dev.river.internal.store.JobSchedules;
import dev.river.internal.store.LeaderStore;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.QueueCleanings;
import dev.river.internal.store.ResignRequests;
import dev.river.internal.store.UnworkedQueues;
import dev.river.internal.store.VacuumHealth;
import dev.river.internal.work.WorkerRules;
import dev.river.job.JobRow;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What a client does for its fleet, beside working jobs. */
final class ClientUpkeep {
  private final String clientId;
  private final Presence presence;
  private final Elector elector;
  private final OldestAttempt oldestAttempt;
  private final ServiceLoop clientRescuer;
  private final List<Service> duties;

  /**
   * Creates it.
   *
   * @param settings how the client looks after its fleet
   * @param callers where the fleet meets, for what runs on the thread of a start or a stop
   * @param codec reads and writes JSON
   * @param notifications tells the other clients
   * @param periodic its periodic jobs
   * @param wakeQueues tells the producers of this client
   * @param worked the queues that this client works
   * @param known the jobs that this client runs
   * @param whenTakenForGone is run when the fleet may have rescued this client's jobs
   * @param runsInTime whether this client runs an attempt that has not run into its timeout
   */
  ClientUpkeep(
      ClientSettings settings,
      Database callers,
      JsonCodec codec,
      Notifications notifications,
      ClientPeriodic periodic,
      Consumer<Set<String>> wakeQueues,
      Supplier<? extends Collection<String>> worked,
      Supplier<? extends Collection<Long>> known,
      Runnable whenTakenForGone,
      Predicate<JobRow> runsInTime) {
    this.clientId = settings.id();
    var locks = new AdvisoryLocks(settings.upkeep().advisoryLockPrefix(), settings.schema());
    var clients = new ClientStore(locks);
    Database database = callers.onOwnThreads();
    this.presence = new Presence(clientId, callers, clients, whenTakenForGone);
    this.elector =
        new Elector(
            presence,
            database,
            new LeaderStore(locks, notifications),
            new LeaseStore(notifications),
            new ResignRequests(notifications, settings.schema()),
            settings.pollOnly(),
            this::lookForTheGone);
    UpkeepGate gate =
        settings.pollOnly()
            ? new TurnGate(locks, database, presence::isElder)
            : new LeaderGate(elector, database);
    UpkeepGate leased = new LeasedGate(gate, elector);
    var scheduler =
        new JobScheduler(leased, new JobSchedules(), database, notifications, wakeQueues);
    var rescues =
        new Rescues(database, codec, notifications, wakeQueues, settings.upkeep().maxRescues());
    this.oldestAttempt = rescues.oldestAttempt();
    var rules = rules(new WorkerRules(settings.work(), codec));
    var cleaner = new JobCleaner(leased, new JobCleanings(), settings.upkeep().retention());
    var queueCleaner = new QueueCleaner(leased, new QueueCleanings());
    var watch = new VacuumWatch(gate, new VacuumHealth(), settings.upkeep().longTransaction());
    var queueWatch = new QueueWatch(gate, new UnworkedQueues(), worked);
    this.clientRescuer =
        duty(
            "client-rescuer",
            unsettling(rescues.ofGoneClients(gate, clients, observer(known), rules)));
    var surroundings =
        new PeriodicEnqueuer.Surroundings(
            clientId, database, wakeQueues, Leadership.of(elector::term));
    this.duties =
        List.of(
            elector,
            duty("scheduler", scheduler),
            duty("cleaner", cleaner),
            duty("queue-cleaner", queueCleaner),
            new Reindexer(clientId, leased, database, settings.upkeep().reindex()),
            duty("vacuum-watch", watch),
            duty("queue-watch", queueWatch),
            duty("oldest-attempt", oldestAttempt),
            clientRescuer,
            duty(
                "job-rescuer",
                rescues.ofStuckJobs(
                    leased, settings.upkeep().rescueStuckJobsAfter(), rules, runsInTime)),
            periodic.enqueuer(surroundings, settings.work().extensions()));
  }

  private Observer observer(Supplier<? extends Collection<Long>> known) {
    return new Observer(
        clientId,
        presence::current,
        presence::steadyFor,
        presence::isElder,
        known,
        System::nanoTime);
  }

  private static Rescues.Rules rules(WorkerRules workers) {
    return new Rescues.Rules(workers.kinds(), workers::timeout, workers::retryDelay);
  }

  /** Who could not reach the database a moment ago must suppose that others could not either. */
  private ServiceLoop.Pass unsettling(ServiceLoop.Pass pass) {
    return () -> {
      try {
        return pass.run();
      } catch (DatabaseException e) {
        presence.unsettle();
        throw e;
      }
    };
  }

  private ServiceLoop duty(String name, ServiceLoop.Pass pass) {
    return new ServiceLoop(clientId, name, pass);
  }

  /** Who begins to lead often does because the leader has died. */
  private void lookForTheGone() {
    clientRescuer.wake();
  }

  /** {@return who uses the client's session} */
  List<Listener.Guest> guests() {
    return List.of(presence, elector);
  }

  void told(LeadershipNews news) {
    elector.told(news);
  }

  /** Joins the fleet. Nothing may be claimed before. */
  void join() {
    presence.start();
  }

  void startDuties() {
    duties.forEach(Service::start);
  }

  /** Lets another client lead. This one stays in the fleet as long as its jobs run. */
  void stopDuties() {
    elector.retire();
    Thoroughly.stop(duties.reversed());
  }

  /** Leaves the fleet. */
  void leave() {
    presence.stop();
    presence.leave(oldestAttempt.get());
  }
}
