package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.work.ErrorHandler;
import dev.river.work.JobInserter;
import dev.river.work.RegisteredWorker;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one attempt on the thread that it is called on: extensions, worker, error handler, outcome.
 */
final class AttemptRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

  private final JobInserter client;
  private final WorkSettings settings;
  private final RetryDelays retryDelays;
  private final WorkerRules rules;
  private final JsonCodec codec;
  private final AttemptStore store;
  private final Timeouts timeouts;

  AttemptRunner(
      WorkSettings settings,
      JsonCodec codec,
      AttemptStore store,
      Timeouts timeouts,
      JobInserter client) {
    this.client = client;
    this.settings = settings;
    this.retryDelays = new RetryDelays(settings.retryPolicy(), settings.clock());
    this.rules = new WorkerRules(settings, codec);
    this.codec = codec;
    this.store = store;
    this.timeouts = timeouts;
  }

  EndedAttempt run(Attempt attempt) {
    return AttemptThread.call(client, attempt.row().queue(), () -> runHere(attempt));
  }

  private EndedAttempt runHere(Attempt attempt) {
    long began = System.nanoTime();
    AttemptContext context = new AttemptContext(attempt, codec, store, client);
    Outcome outcome = outcome(attempt, context);
    long ended = System.nanoTime();
    return new EndedAttempt(
        new FinishedAttempt(attempt.row(), outcome, context.end(), attempt.isKept()),
        Duration.ofNanos(ended - began),
        ended,
        context.isCompleted());
  }

  private Outcome outcome(Attempt attempt, AttemptContext context) {
    JobRow row = attempt.row();
    RegisteredWorker<?> registered = settings.workers().get(row.kind());
    if (registered == null) {
      // the words that River clients of all languages look for
      String message = "job kind is not registered in the client's Workers bundle: " + row.kind();
      return Outcomes.tryAgainOrDiscard(
          row, Outcomes.error(row, message, ""), () -> retryDelays.ofClient(row));
    }
    return outcome(attempt, context, registered);
  }

  private <T extends JobArgs> Outcome outcome(
      Attempt attempt, AttemptContext context, RegisteredWorker<T> registered) {
    JobRow row = attempt.row();
    AtomicReference<@Nullable Job<T>> decoded = new AtomicReference<>();
    Ending ending = ending(attempt, context, registered, decoded);
    Supplier<Duration> retryDelay =
        () -> {
          Job<T> job = decoded.get();
          return job == null
              ? retryDelays.ofClient(row)
              : retryDelays.ofWorker(registered.worker(), job);
        };
    Outcome outcome =
        Outcomes.decide(
            row,
            ending,
            attempt.causeAtEnd(),
            retryDelay,
            () -> JobMetadata.snoozes(row.metadata()));
    return ending instanceof Ending.Threw threw ? handled(row, threw.failure(), outcome) : outcome;
  }

  private <T extends JobArgs> Ending ending(
      Attempt attempt,
      AttemptContext context,
      RegisteredWorker<T> registered,
      AtomicReference<@Nullable Job<T>> decoded) {
    try {
      @Nullable WorkResult result =
          attempt.callUserCode(
              () ->
                  WorkChain.run(
                      settings.extensionsOf(registered.kind()),
                      attempt.row(),
                      context,
                      row -> {
                        Job<T> job = rules.decode(row, registered);
                        decoded.set(job);
                        return call(registered.worker(), job, attempt, context);
                      }));
      return result == null
          ? new Ending.Threw(new NullPointerException("the worker returned no WorkResult but null"))
          : new Ending.Returned(result);
    } catch (Throwable failure) { // a worker may throw anything; it becomes the attempt's error
      attempt.failed(failure);
      return new Ending.Threw(failure);
    }
  }

  private <T extends JobArgs> WorkResult call(
      Worker<T> worker, Job<T> job, Attempt attempt, AttemptContext context) throws Exception {
    Optional<Future<?>> timeout =
        rules.timeout(worker, job).map(limit -> timeouts.cancelAfter(attempt, limit));
    try {
      if (attempt.cancelCause().isPresent()) {
        throw new InterruptedException("cancelled before its worker began");
      }
      WorkResult result = worker.work(job, context);
      context.checkResumed();
      return result;
    } finally {
      timeout.ifPresent(pending -> pending.cancel(false));
    }
  }

  /**
   * Asks the error handler about a failure; about a cancelled or interrupted attempt it isn't
   * asked.
   */
  private Outcome handled(JobRow row, Throwable failure, Outcome outcome) {
    Optional<AttemptError> error =
        switch (outcome) {
          case Outcome.Retry retry -> Optional.of(retry.error());
          case Outcome.Discard discard -> Optional.of(discard.error());
          default -> Optional.empty();
        };
    return error
        .filter(recorded -> isCancelledByHandler(row, failure))
        .<Outcome>map(Outcome.Cancel::new)
        .orElse(outcome);
  }

  private boolean isCancelledByHandler(JobRow row, Throwable failure) {
    try {
      return settings.errorHandler().failed(row, failure) == ErrorHandler.Decision.CANCEL;
    } catch (RuntimeException | Error e) {
      LOG.error("job {}: the error handler failed, its failure is treated as usual", row.id(), e);
      return false;
    }
  }
}
