package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import dev.river.internal.service.Backoff;
import dev.river.internal.service.UserCode;
import dev.river.periodic.PeriodicJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Lets periodic jobs rest whose constructor or job was no good. Owned by one thread. */
final class RestAfterFailure implements Retries {
  private static final Logger LOG = LoggerFactory.getLogger(RestAfterFailure.class);
  private static final Duration FIRST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final String clientId;
  private final Map<PeriodicJob, Rest> rests = new HashMap<>(); // they have no equals of their own

  RestAfterFailure(String clientId) {
    this.clientId = clientId;
  }

  private static final class Rest {
    final Backoff backoff = new Backoff(FIRST_REST, LONGEST_REST);
    long end;
  }

  @Override
  public boolean mayTry(PeriodicJob job) {
    Rest rest = rests.get(job);
    return rest == null || System.nanoTime() - rest.end >= 0;
  }

  /** One job's trouble stays its own; that of a database that is away is everybody's. */
  @Override
  public Duration guarded(PeriodicJob job, Supplier<Duration> step, Duration restAfterFailure) {
    try {
      Duration rest = step.get();
      rests.remove(job);
      return rest;
    } catch (DatabaseException e) {
      if (e.isUnreachable()) {
        throw e;
      }
      failed(job, e);
    } catch (Throwable e) { // of its constructor, its schedule or its arguments
      failed(job, e);
    } finally {
      Thread.interrupted(); // by one of those
    }
    return restAfterFailure;
  }

  private void failed(PeriodicJob job, Throwable failure) {
    Rest rest = rests.computeIfAbsent(job, unused -> new Rest());
    Duration length = rest.backoff.next();
    rest.end = System.nanoTime() + length.toNanos();
    UserCode.log(
        LOG,
        Level.WARN,
        failure,
        "client {}: periodic job {} could not be inserted, next try in {} ms",
        clientId,
        job,
        length.toMillis());
  }
}
