package dev.river;

import dev.river.internal.codec.Control;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.LeadershipNews;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.notify.Listener;
import dev.river.internal.service.Service;
import dev.river.internal.service.Thoroughly;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobOperations;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.QueueStore;
import dev.river.internal.work.AttemptStore;
import dev.river.internal.work.CancelWatch;
import dev.river.internal.work.ClaimSource;
import dev.river.internal.work.ClaimedJobs;
import dev.river.internal.work.Completer;
import dev.river.internal.work.JobExecutor;
import dev.river.internal.work.OutcomeEvents;
import dev.river.internal.work.OutcomeStore;
import dev.river.internal.work.Producer;
import dev.river.internal.work.Producers;
import dev.river.internal.work.QueueKeeper;
import dev.river.internal.work.QueueReports;
import dev.river.internal.work.QueueSet;
import dev.river.internal.work.RescueWatch;
import dev.river.internal.work.StuckWatch;
import dev.river.job.JobRow;
import dev.river.work.JobInserter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of a client that runs, from one start to the next stop.
 *
 * <p>The order of a stop is: claim nothing more, wait for the attempts, interrupt them if that
 * takes too long, store their outcomes, then end the rest. Our own threads are never interrupted,
 * so no statement of ours is cut off.
 */
final class ClientRuntime implements Listener.Audience {
  private static final Logger LOG = LoggerFactory.getLogger(ClientRuntime.class);

  /** So that a connection that was cut without a word neither stalls the client nor its stop. */
  static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);

  private final String clientId;
  private final ClientSettings settings;
  private final QueueSet queues;
  private final ClaimedJobs claimed = new ClaimedJobs();
  private final Producers producers;
  private final Completer completer;

  private final CancelWatch cancelWatch;
  private final ClientUpkeep upkeep;

  /** What attempts need as long as they run; ends last. */
  private final List<Service> output = new ArrayList<>();

  ClientRuntime(
      ClientSettings settings,
      QueueSet queues,
      Database anyDatabase,
      Notifications notifications,
      JsonCodec codec,
      EventHub events,
      JobInserter inserter,
      ClientPeriodic periodic) {
    this.clientId = settings.id();
    this.settings = settings;
    this.queues = queues;
    Database callers = anyDatabase.withSilenceLimit(SILENCE_LIMIT);
    Database database = callers.onOwnThreads();
    var results = new JobResults(codec);
    var outcomes =
        new OutcomeStore(clientId, database, results, settings.work(), new OutcomeEvents(events));
    this.completer = new Completer(clientId, outcomes, claimed);
    var store = new AttemptStore(clientId, database, results, codec);
    var executor = new JobExecutor(clientId, settings.work(), codec, store, completer, inserter);
    var stuckWatch =
        new StuckWatch(
            clientId, claimed, settings.work().stuckThreshold(), settings.work().stuckJobHandler());
    var operations = new JobOperations(codec, notifications, settings.schema());
    this.cancelWatch =
        new CancelWatch(clientId, database, operations, claimed, settings.pollOnly());
    var rescueWatch =
        new RescueWatch(
            clientId, database, new JobRescues(codec), new LeaseStore(notifications), claimed);
    this.upkeep =
        new ClientUpkeep(
            settings,
            callers,
            codec,
            notifications,
            periodic,
            due -> due.forEach(this::workIn),
            queues::names,
            claimed::ids,
            rescueWatch::look,
            claimed::runUndisturbed);
    if (!settings.pollOnly()) {
      output.add(
          new Listener(
              clientId, database, notifications, new MessageCodec(), this, upkeep.guests()));
    }
    output.addAll(List.of(completer, executor, stuckWatch, cancelWatch, rescueWatch));
    var source = ClaimSource.of(clientId, database, codec);
    var reports = new QueueReports(settings.work().extensions(), events);
    this.producers =
        new Producers(
            queues,
            new QueueKeeper(clientId, database, new QueueStore(codec, notifications)),
            claimed,
            queue -> new Producer(source, queue, claimed, executor, reports));
  }

  /** Starts all of it. If that fails, some of it may run and has to be stopped. */
  void start() {
    upkeep.join();
    ConnectionNeeds.of(queues.names().size(), settings.pollOnly())
        .warnIfTooManyFor(clientId, settings.dataSource());
    output.forEach(Service::start);
    upkeep.startDuties();
    producers.start();
  }

  @Override
  public void workIn(String queue) {
    producers.workIn(queue);
  }

  @Override
  public void missedSomething() {
    producers.missedSomething();
    cancelWatch.lookOnce();
  }

  /** Notifications are hints, which anyone can send: what is done is what the rows say. */
  @Override
  public void told(Control control) {
    switch (control) {
      case Control.Cancel cancel -> claimed.suspect(cancel.jobId());
      case Control.Pause pause -> producers.lookAt(pause.queue());
      case Control.Resume resume -> producers.lookAt(resume.queue());
      case Control.MetadataChanged changed -> LOG.debug("queue {}: new metadata", changed.queue());
    }
  }

  /** Takes over what this client itself has committed, without waiting for its notification. */
  void did(Control control) {
    if (control instanceof Control.Pause pause) {
      producers.pause(pause.queue());
    } else {
      told(control);
    }
  }

  /**
   * Interrupts a job that this client itself has cancelled.
   *
   * @param job the job as it was cancelled, running
   */
  void cancelled(JobRow job) {
    claimed.suspect(job.id()); // it may be on its way from a claim
    claimed.cancel(job);
  }

  @Override
  public void told(LeadershipNews news) {
    upkeep.told(news);
  }

  /** Claims nothing more. */
  void stopIntake() {
    completer.stopping();
    Thoroughly.run(producers::stop, upkeep::stopDuties);
  }

  /** Interrupts every attempt, and claims nothing more. */
  void cancelAttempts() {
    producers.halt();
    claimed.cancelAll();
  }

  /**
   * Waits until every attempt has ended and its outcome is stored.
   *
   * @return whether it is so
   */
  boolean awaitAttempts(Duration limit) throws InterruptedException {
    return claimed.awaitEmpty(limit);
  }

  /** Ends the rest. Attempts that still run can't store their outcome any more. */
  void stopOutput() {
    Thoroughly.run(() -> Thoroughly.stop(output.reversed()), claimed::giveUp, this::leave);
  }

  private void leave() {
    List<Long> left = claimed.ids();
    upkeep.leave();
    if (!left.isEmpty()) {
      LOG.warn(
          "client {}: stopped while {} jobs had not ended, which stay running until they are"
              + " rescued: {}",
          clientId,
          left.size(),
          left.stream().limit(100).toList());
    }
  }
}
