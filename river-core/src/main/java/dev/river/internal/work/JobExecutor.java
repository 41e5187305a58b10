package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.service.Service;
import java.util.concurrent.ThreadFactory;

/**
 * Runs attempts, each on a virtual thread of its own, and hands their outcomes to the completer.
 */
public final class JobExecutor implements Service {
  private final Completer completer;
  private final Timeouts timeouts;
  private final AttemptStore store;
  private final AttemptRunner runner;
  private final ThreadFactory threads;

  /**
   * Creates it.
   *
   * @param clientId names its threads
   * @param settings how jobs are worked
   * @param codec reads arguments
   * @param store stores what attempts want stored before they end
   * @param completer takes the outcomes
   */
  public JobExecutor(
      String clientId,
      WorkSettings settings,
      JsonCodec codec,
      AttemptStore store,
      Completer completer) {
    this.completer = completer;
    this.timeouts = new Timeouts(clientId);
    this.store = store;
    this.runner = new AttemptRunner(settings, codec, store, timeouts);
    this.threads = Thread.ofVirtual().name("river-" + clientId + "-job-", 0).factory();
  }

  @Override
  public void start() {
    store.start();
    timeouts.start();
  }

  @Override
  public void stop() {
    timeouts.stop();
    store.stop();
  }

  /**
   * Begins an attempt, which gives its slot back when the completer has taken its outcome.
   *
   * @param attempt the attempt
   */
  void execute(Attempt attempt) {
    threads
        .newThread(
            () -> {
              completer.submit(runner.run(attempt));
              attempt.releaseSlot();
            })
        .start();
  }
}
