package dev.river.internal.work;

import dev.river.internal.service.Persistently;
import dev.river.internal.service.Service;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the outcomes of attempts to the store. Under light load each goes through at once; under
 * heavy load those that come while a statement runs are stored together by the next one, so batches
 * grow by themselves and nothing waits for a timer.
 *
 * <p>A statement that carries a large outcome may take seconds, for which no small one waits: large
 * ones are stored by a thread of their own, which is started for the first of them. Which of the
 * two is faster doesn't matter: an attempt has one outcome, and one of an older attempt changes
 * nothing.
 */
public final class Completer implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Completer.class);

  /** A statement for so many bytes takes a tenth of a second or less. */
  private static final long LARGE = 512 * 1024;

  private final String clientId;
  private final OutcomeStore outcomes;
  private final OutcomeLane usual;
  private final OutcomeLane large;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean started; // guarded by lock
  private boolean hasLarge; // whether there was a large one ever; guarded by lock
  private volatile boolean stopping;

  /**
   * Creates it.
   *
   * @param clientId names its threads
   * @param outcomes stores them
   * @param claimed is told of the jobs whose outcome is stored
   */
  public Completer(String clientId, OutcomeStore outcomes, ClaimedJobs claimed) {
    this.clientId = clientId;
    this.outcomes = outcomes;
    this.usual = new OutcomeLane(clientId, "completer", outcomes, claimed, () -> stopping);
    this.large = new OutcomeLane(clientId, "large-results", outcomes, claimed, () -> stopping);
  }

  @Override
  public void start() {
    usual.start();
    lock.lock();
    try {
      started = true;
      if (hasLarge) {
        large.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops after the batches that are being stored; what waits then is stored after the next start.
   */
  @Override
  public void stop() {
    lock.lock();
    try {
      started = false;
    } finally {
      lock.unlock();
    }
    large.stop();
    usual.stop();
  }

  /**
   * Says that the client stops: outcomes that can't be stored any more, because the data source was
   * closed, are no longer waited for. While a client runs they are, because what looks like one
   * data source may give way to the next.
   */
  public void stopping() {
    stopping = true;
  }

  /** Takes an outcome; waits while there is no room, and no interruption ends that. */
  void submit(EndedAttempt ended) {
    Persistently.call(() -> laneOf(ended)).submit(ended);
  }

  /** If no thread can be had for large ones, they go with the others. */
  private OutcomeLane laneOf(EndedAttempt ended) {
    if (outcomes.bytes(List.of(ended)) < LARGE) {
      return usual;
    }
    try {
      startLarge();
      return large;
    } catch (OutOfMemoryError e) {
      LOG.debug("client {}: no thread can be started for a large result", clientId, e);
      return usual;
    }
  }

  private void startLarge() {
    lock.lock();
    try {
      hasLarge = true;
      if (started) {
        large.start();
      }
    } finally {
      lock.unlock();
    }
  }
}
