package dev.river.internal.work;

import dev.river.internal.service.Persistently;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.ClosedDataSource;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that stores outcomes in batches, and those that wait for it. */
final class OutcomeLane implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeLane.class);
  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final ServiceLoop loop;
  private final WaitingOutcomes waiting = new WaitingOutcomes();

  /** Owned by the loop's thread. */
  private final OutcomeBatches batches;

  private final String clientId;
  private final BooleanSupplier stopping;
  private boolean hasGivenUp; // owned by the loop's thread

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param part names it too
   * @param outcomes stores them
   * @param claimed is told of the jobs whose outcome is stored
   * @param stopping whether the client stops
   */
  OutcomeLane(
      String clientId,
      String part,
      OutcomeStore outcomes,
      ClaimedJobs claimed,
      BooleanSupplier stopping) {
    this.clientId = clientId;
    this.stopping = stopping;
    this.batches =
        new OutcomeBatches(
            outcomes,
            done -> claimed.remove(done.stream().map(ended -> ended.finished().job()).toList()));
    this.loop = new ServiceLoop(clientId, part, this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  /** Stops after the batch that is being stored; what waits then is stored after the next start. */
  @Override
  public void stop() {
    loop.stop();
  }

  /** Takes an outcome; waits while there is no room, and no interruption ends that. */
  void submit(EndedAttempt ended) {
    Persistently.run(() -> waiting.put(ended));
    Persistently.run(loop::wake);
  }

  /** If the database is away, what is left is tried again in the next pass. */
  private Duration pass() {
    batches.take(waiting);
    try {
      return batches.store(UNTIL_WOKEN);
    } catch (RuntimeException e) {
      if (!stopping.getAsBoolean() || !ClosedDataSource.isCauseOf(e)) {
        throw e;
      }
      giveUp(e);
      return Duration.ZERO;
    }
  }

  private void giveUp(RuntimeException failure) {
    List<EndedAttempt> left = batches.abandon();
    if (!hasGivenUp) {
      hasGivenUp = true;
      LOG.warn(
          "client {}: its data source was closed before it has stopped, so the results of its last"
              + " jobs can't be stored: they stay running until they are rescued, {} and those that"
              + " end after it",
          clientId,
          left.stream().map(EndedAttempt::jobId).limit(100).toList(),
          failure);
    }
  }
}
