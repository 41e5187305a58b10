package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.service.UserCode;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.work.RegisteredWorker;
import dev.river.work.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What the workers of a client say about jobs, whoever runs them. */
public final class WorkerRules {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerRules.class);

  private final WorkSettings settings;
  private final JsonCodec codec;
  private final RetryDelays retryDelays;

  /**
   * Creates it.
   *
   * @param settings the workers, and what counts where they say nothing
   * @param codec reads arguments
   */
  public WorkerRules(WorkSettings settings, JsonCodec codec) {
    this.settings = settings;
    this.codec = codec;
    this.retryDelays = new RetryDelays(settings.retryPolicy(), settings.clock());
  }

  /** {@return the kinds that have a worker} */
  public Set<String> kinds() {
    return settings.workers().keySet();
  }

  /** {@return how long an attempt of a job may run; empty for no limit} */
  public Optional<Duration> timeout(JobRow row) {
    return ask(row, this::timeout, Optional.of(settings.jobTimeout()).filter(Duration::isPositive));
  }

  /** {@return how long a job waits before it is tried again} */
  public Duration retryDelay(JobRow row) {
    return ask(row, retryDelays::ofWorker, retryDelays.ofClient(row));
  }

  <T extends JobArgs> Optional<Duration> timeout(Worker<T> worker, Job<T> job) {
    Duration limit =
        UserCode.call(
            () -> worker.timeout(job).orElse(settings.jobTimeout()),
            failure -> {
              UserCode.log(
                  LOG,
                  Level.WARN,
                  failure,
                  "job {}: timeout of its worker failed, the client's counts",
                  job.id());
              return settings.jobTimeout();
            });
    return Optional.of(limit).filter(Duration::isPositive);
  }

  <T extends JobArgs> Job<T> decode(JobRow row, RegisteredWorker<T> registered)
      throws UndecodableArgsException {
    T args =
        codec.decodeArgs(
            row.encodedArgs(), registered.argsClass(), registered.worker().upcasters());
    return new Job<>(row, args);
  }

  private <R> R ask(JobRow row, Question<R> question, R otherwise) {
    RegisteredWorker<?> registered = settings.workers().get(row.kind());
    return registered == null ? otherwise : ask(row, registered, question, otherwise);
  }

  private <T extends JobArgs, R> R ask(
      JobRow row, RegisteredWorker<T> registered, Question<R> question, R otherwise) {
    return UserCode.call(
        () -> question.ask(registered.worker(), decode(row, registered)),
        unreadable -> otherwise); // its next attempt records that
  }

  /** What a worker of any kind may be asked about a job of that kind. */
  @FunctionalInterface
  private interface Question<R> {
    <T extends JobArgs> R ask(Worker<T> worker, Job<T> job);
  }
}
