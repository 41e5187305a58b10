package dev.river.internal.work;

import dev.river.internal.service.Persistently;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.service.Uninterruptibly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Brings the outcomes of attempts to the store. Under light load each goes through at once; under
 * heavy load those that come while a statement runs are stored together by the next one, so batches
 * grow by themselves and nothing waits for a timer.
 */
public final class Completer implements Service {
  private static final int LARGEST_BATCH = 1_000;

  /** When so many outcomes wait, attempts keep their slots until there is room. */
  private static final int CAPACITY = 2 * LARGEST_BATCH;

  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final OutcomeStore outcomes;
  private final ClaimedJobs claimed;
  private final ServiceLoop loop;
  private final LinkedBlockingQueue<EndedAttempt> waiting = new LinkedBlockingQueue<>(CAPACITY);

  /** Taken from the queue and not stored yet; owned by the loop's thread. */
  private final List<EndedAttempt> batch = new ArrayList<>();

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param outcomes stores them
   * @param claimed is told of the jobs whose outcome is stored
   */
  public Completer(String clientId, OutcomeStore outcomes, ClaimedJobs claimed) {
    this.outcomes = outcomes;
    this.claimed = claimed;
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

  /** Takes an outcome; waits while there is no room, and no interruption ends that. */
  void submit(EndedAttempt ended) {
    Persistently.run(() -> Uninterruptibly.put(waiting, ended));
    Persistently.run(loop::wake);
  }

  private Duration pass() {
    waiting.drainTo(batch, LARGEST_BATCH - batch.size());
    if (batch.isEmpty()) {
      return UNTIL_WOKEN;
    }
    // if the database can't be reached, what is left is tried again in the next pass
    outcomes.store(List.copyOf(batch), this::stored);
    return Duration.ZERO;
  }

  private void stored(List<EndedAttempt> first) {
    claimed.remove(first.stream().map(ended -> ended.finished().job()).toList());
    batch.subList(0, first.size()).clear();
  }
}
