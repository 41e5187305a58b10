package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.service.Persistently;
import dev.river.internal.service.UserCode;
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
import org.slf4j.event.Level;

/**
 * Runs one attempt on the thread that it is called on: extensions, worker, error handler, outcome.
 *
 * <p>Each step makes a value of whatever the one before it did: what was thrown becomes an {@link
 * Ending}, which becomes an {@link Outcome}. Around them all lies one guard, for what should not
 * happen and for want of memory, so that an attempt always ends with an outcome.
 */
final class AttemptRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

  /** How long a job waits if nobody could be asked. */
  private static final Duration DELAY_AFTER_FAULT = Duration.ofMinutes(1);

  private final JobInserter client;
  private final WorkSettings settings;
  private final RetryDelays retryDelays;
  private final WorkerRules rules;
  private final JsonCodec codec;
  private final AttemptStore store;
  private final Timeouts timeouts;
  private final FailureLog failures;

  AttemptRunner(
      WorkSettings settings,
      JsonCodec codec,
      AttemptStore store,
      Timeouts timeouts,
      FailureLog failures,
      JobInserter client) {
    this.client = client;
    this.settings = settings;
    this.retryDelays = new RetryDelays(settings.retryPolicy(), settings.clock());
    this.rules = new WorkerRules(settings, codec);
    this.codec = codec;
    this.store = store;
    this.timeouts = timeouts;
    this.failures = failures;
  }

  /** {@return how an attempt ended} Whatever happens, it ends, and this does not throw. */
  EndedAttempt run(Attempt attempt) {
    long began = System.nanoTime();
    try {
      return AttemptThread.call(client, attempt.row().queue(), () -> runHere(attempt));
    } catch (Throwable fault) { // for want of memory
      return Persistently.call(() -> faulty(attempt, fault, began));
    }
  }

  private EndedAttempt runHere(Attempt attempt) {
    long began = System.nanoTime();
    try {
      RegisteredWorker<?> registered = settings.workers().get(attempt.row().kind());
      return registered == null ? unknown(attempt, began) : work(attempt, registered, began);
    } catch (Throwable fault) {
      return Persistently.call(() -> faulty(attempt, fault, began));
    }
  }

  private EndedAttempt unknown(Attempt attempt, long began) {
    JobRow row = attempt.row();
    // the words that River clients of all languages look for
    String message = "job kind is not registered in the client's Workers bundle: " + row.kind();
    AttemptError error = Outcomes.error(row, message, "");
    Outcome outcome = Outcomes.tryAgainOrDiscard(row, error, () -> retryDelays.ofClient(row));
    failures.failed(row, error, outcome, Optional.empty());
    return ended(attempt, outcome, began);
  }

  private <T extends JobArgs> EndedAttempt work(
      Attempt attempt, RegisteredWorker<T> registered, long began) {
    JobRow row = attempt.row();
    AttemptContext context = new AttemptContext(attempt, codec, store, client);
    AtomicReference<@Nullable Job<T>> decoded = new AtomicReference<>();
    Gathered gathered = gather(ending(attempt, context, registered, decoded), attempt, context);
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
            gathered.ending(),
            attempt.causeAtEnd(),
            retryDelay,
            () -> JobMetadata.snoozes(row.metadata()));
    if (gathered.ending() instanceof Ending.Threw threw) {
      outcome = handled(row, threw.failure(), outcome);
    }
    long ended = System.nanoTime();
    return new EndedAttempt(
        new FinishedAttempt(row, outcome, gathered.metadata(), attempt.isKept()),
        Duration.ofNanos(ended - began),
        ended,
        context.isCompleted());
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
      if (result
          instanceof WorkResult.Completed) { // as in River; whoever waits may still get there
        context.checkResumed();
      }
      return result;
    } finally {
      timeout.ifPresent(pending -> pending.cancel(false));
    }
  }

  /** How the worker ended, and what it keeps with its job. */
  private record Gathered(Ending ending, Optional<String> metadata) {}

  /** Takes what the worker keeps with its job. An attempt has failed whose result can't be kept. */
  private static Gathered gather(Ending ending, Attempt attempt, AttemptContext context) {
    try {
      return new Gathered(ending, context.end());
    } catch (Throwable unstorable) {
      return new Gathered(
          switch (ending) {
            case Ending.Returned returned -> {
              attempt.failed(unstorable);
              yield new Ending.Threw(unstorable);
            }
            case Ending.Threw threw -> threw.with(unstorable);
          },
          Optional.empty());
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
    if (error.isEmpty()) {
      return outcome;
    }
    Outcome decided =
        isCancelledByHandler(row, failure) ? new Outcome.Cancel(error.get()) : outcome;
    failures.failed(row, error.get(), decided, Optional.of(failure));
    return decided;
  }

  private boolean isCancelledByHandler(JobRow row, Throwable failure) {
    return UserCode.call(
        () -> settings.errorHandler().failed(row, failure) == ErrorHandler.Decision.CANCEL,
        second -> {
          UserCode.log(
              LOG,
              Level.ERROR,
              second,
              "job {}: the error handler failed, its failure is treated as usual",
              row.id());
          return false;
        });
  }

  /** {@return the end of an attempt that could not be brought to its end as others are} */
  private EndedAttempt faulty(Attempt attempt, Throwable fault, long began) {
    UserCode.log(
        LOG, Level.ERROR, fault, "job {}: its attempt failed outside of it", attempt.row().id());
    return ended(attempt, outcomeOfFault(attempt, attempt.failure().orElse(fault)), began);
  }

  /** {@return what becomes of the job; nobody of the user's is asked any more} */
  private static Outcome outcomeOfFault(Attempt attempt, Throwable failure) {
    JobRow row = attempt.row();
    try {
      return Outcomes.decide(
          row, new Ending.Threw(failure), attempt.causeAtEnd(), () -> DELAY_AFTER_FAULT, () -> 0);
    } catch (Throwable untellable) {
      AttemptError error = Outcomes.error(row, failure.getClass().getName(), "");
      return Outcomes.tryAgainOrDiscard(row, error, () -> DELAY_AFTER_FAULT);
    }
  }

  private static EndedAttempt ended(Attempt attempt, Outcome outcome, long began) {
    long ended = System.nanoTime();
    return new EndedAttempt(
        new FinishedAttempt(attempt.row(), outcome, Optional.empty(), attempt.isKept()),
        Duration.ofNanos(ended - began),
        ended,
        false);
  }
}
