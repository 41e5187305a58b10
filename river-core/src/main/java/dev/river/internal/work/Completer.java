package dev.river.internal.work;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import java.time.Duration;

/**
 * Brings the outcomes of attempts to the store. Under light load each goes through at once; under
 * heavy load those that come while a statement runs are stored together by the next one, so batches
 * grow by themselves and nothing waits for a timer.
 */
public final class Completer implements Service {
  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final ServiceLoop loop;
  private final WaitingOutcomes waiting = new WaitingOutcomes();

  /** Owned by the loop's thread. */
  private final OutcomeBatches batches;

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param outcomes stores them
   * @param claimed is told of the jobs whose outcome is stored
   */
  public Completer(String clientId, OutcomeStore outcomes, ClaimedJobs claimed) {
    this.batches =
        new OutcomeBatches(
            outcomes,
            done -> claimed.remove(done.stream().map(ended -> ended.finished().job()).toList()));
    this.loop = new ServiceLoop("river-" + clientId + "-completer", this::pass);
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

  /** Takes an outcome; waits while there is no room. */
  void submit(EndedAttempt ended) {
    waiting.put(ended);
    loop.wake();
  }

  /** If the database is away, what is left is tried again in the next pass. */
  private Duration pass() {
    batches.take(waiting);
    return batches.store(UNTIL_WOKEN);
  }
}
