package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.service.Service;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.work.RegisteredWorker;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts, each on a virtual thread of its own: decodes the arguments, calls the worker,
 * decides the outcome and hands it to the completer.
 */
public final class JobExecutor implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(JobExecutor.class);

  private final WorkSettings settings;
  private final RetryDelays retryDelays;
  private final JsonCodec codec;
  private final Completer completer;
  private final Timeouts timeouts;
  private final ThreadFactory threads;

  /**
   * Creates it.
   *
   * @param clientId names its threads
   * @param settings how jobs are worked
   * @param codec reads arguments
   * @param completer takes the outcomes
   */
  public JobExecutor(String clientId, WorkSettings settings, JsonCodec codec, Completer completer) {
    this.settings = settings;
    this.retryDelays = new RetryDelays(settings.retryPolicy());
    this.codec = codec;
    this.completer = completer;
    this.timeouts = new Timeouts(clientId);
    this.threads = Thread.ofVirtual().name("river-" + clientId + "-job-", 0).factory();
  }

  @Override
  public void start() {
    timeouts.start();
  }

  @Override
  public void stop() {
    timeouts.stop();
  }

  /**
   * Begins an attempt.
   *
   * @param attempt the attempt
   * @param slotFreed called when the completer has taken its outcome
   */
  void execute(Attempt attempt, Runnable slotFreed) {
    threads
        .newThread(
            () -> {
              completer.submit(new FinishedAttempt(attempt.row(), outcome(attempt)));
              slotFreed.run();
            })
        .start();
  }

  private Outcome outcome(Attempt attempt) {
    RegisteredWorker<?> registered = settings.workers().get(attempt.row().kind());
    if (registered == null) {
      // the words that River clients of all languages look for
      return failed(
          attempt.row(),
          "job kind is not registered in the client's Workers bundle: " + attempt.row().kind(),
          "");
    }
    try {
      return work(attempt, registered);
    } catch (UndecodableArgsException | RuntimeException | Error e) {
      // Errors too: the class of arguments may not even load. Whatever it is, the attempt must end.
      return failed(attempt.row(), FailureText.message(e), FailureText.trace(e));
    }
  }

  private Outcome failed(JobRow row, String message, String trace) {
    return Outcomes.tryAgainOrDiscard(
        row, Outcomes.error(row, message, trace), () -> retryDelays.ofClient(row));
  }

  private <T extends JobArgs> Outcome work(Attempt attempt, RegisteredWorker<T> registered)
      throws UndecodableArgsException {
    JobRow row = attempt.row();
    Worker<T> worker = registered.worker();
    Job<T> job = new Job<>(row, codec.decodeArgs(row.encodedArgs(), registered.argsClass()));
    return Outcomes.decide(
        row,
        ending(worker, job, attempt),
        attempt.cancelCause(),
        () -> retryDelays.ofWorker(worker, job),
        () -> codec.snoozes(row.metadata()));
  }

  private <T extends JobArgs> Ending ending(Worker<T> worker, Job<T> job, Attempt attempt) {
    Optional<Future<?>> timeout =
        timeout(worker, job).map(limit -> timeouts.cancelAfter(attempt, limit));
    try {
      @Nullable WorkResult result = attempt.callUserCode(() -> worker.work(job, attempt));
      return result == null
          ? new Ending.Threw(new NullPointerException("the worker returned no WorkResult but null"))
          : new Ending.Returned(result);
    } catch (Throwable failure) { // a worker may throw anything; it becomes the attempt's error
      return new Ending.Threw(failure);
    } finally {
      timeout.ifPresent(pending -> pending.cancel(false));
    }
  }

  private <T extends JobArgs> Optional<Duration> timeout(Worker<T> worker, Job<T> job) {
    Duration limit;
    try {
      limit = worker.timeout(job).orElse(settings.jobTimeout());
    } catch (RuntimeException | Error e) {
      LOG.warn("job {}: timeout of its worker failed, the client's counts", job.id(), e);
      limit = settings.jobTimeout();
    }
    return Optional.of(limit).filter(Duration::isPositive);
  }
}
