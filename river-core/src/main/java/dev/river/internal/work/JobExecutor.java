package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.service.OwnThreads;
import dev.river.internal.service.Persistently;
import dev.river.internal.service.Service;
import dev.river.internal.service.Thoroughly;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import dev.river.work.JobInserter;
import java.time.Duration;
import java.util.function.BiFunction;

/** Runs attempts, each on a thread of its own, and hands their outcomes to the completer. */
public final class JobExecutor implements Service {
  /** Longer kinds are cut in the names of threads. */
  private static final int LONGEST_KIND = 40;

  private final Completer completer;
  private final Timeouts timeouts;
  private final AttemptStore store;
  private final FailureLog failures;
  private final AttemptRunner runner;
  private final BiFunction<String, Runnable, Thread> newThread;

  /**
   * Creates it.
   *
   * @param clientId names its threads
   * @param settings how jobs are worked
   * @param codec reads arguments
   * @param store stores what attempts want stored before they end
   * @param completer takes the outcomes
   * @param client inserts jobs for workers
   */
  public JobExecutor(
      String clientId,
      WorkSettings settings,
      JsonCodec codec,
      AttemptStore store,
      Completer completer,
      JobInserter client) {
    this(clientId, settings, codec, store, completer, client, OwnThreads::virtual);
  }

  JobExecutor(
      String clientId,
      WorkSettings settings,
      JsonCodec codec,
      AttemptStore store,
      Completer completer,
      JobInserter client,
      BiFunction<String, Runnable, Thread> newThread) {
    this.completer = completer;
    this.timeouts = new Timeouts(clientId);
    this.store = store;
    this.failures = new FailureLog(settings.clock(), timeouts::runLater);
    this.runner = new AttemptRunner(settings, codec, store, timeouts, failures, client);
    this.newThread = newThread;
  }

  @Override
  public void start() {
    store.start();
    timeouts.start();
  }

  @Override
  public void stop() {
    Thoroughly.run(timeouts::stop, failures::flush, store::stop);
  }

  /**
   * Begins an attempt on a virtual thread. It gives its slot back when the completer has taken its
   * outcome.
   *
   * @param attempt the attempt
   */
  void execute(Attempt attempt) {
    Thread thread = newThread.apply(threadName(attempt.row()), () -> run(attempt));
    attempt.waitsForCarrier(true);
    thread.start();
  }

  /**
   * Begins an attempt as {@link #execute} does, but on a platform thread: a new one, because user
   * code may leave thread-locals behind that are no other job's business.
   *
   * @param attempt the attempt
   */
  void executeOnPlatformThread(Attempt attempt) {
    OwnThreads.platform(threadName(attempt.row()), () -> run(attempt)).start();
  }

  /**
   * Puts a claimed job back whose attempt can't begin, as if it had not been claimed.
   *
   * @param row the job as it was claimed
   * @param slotFreed gives its slot back
   */
  void putBack(JobRow row, Runnable slotFreed) {
    try {
      completer.submit(
          Persistently.call(
              () ->
                  new EndedAttempt(
                      new FinishedAttempt(row, new Outcome.Interrupted()),
                      Duration.ZERO,
                      System.nanoTime(),
                      false)));
    } finally {
      slotFreed.run();
    }
  }

  private void run(Attempt attempt) {
    try {
      attempt.waitsForCarrier(false);
      completer.submit(runner.run(attempt));
    } finally {
      attempt.releaseSlot();
    }
  }

  /** Short, and fit for a log: a kind that someone else has written may be any text. */
  private static String threadName(JobRow row) {
    String kind = row.kind();
    StringBuilder name = new StringBuilder("river-job-");
    for (int i = 0; i < Math.min(kind.length(), LONGEST_KIND); i++) {
      char letter = kind.charAt(i);
      name.append(letter > ' ' && letter < 127 ? letter : '_');
    }
    return name.append('-').append(row.id()).toString();
  }
}
