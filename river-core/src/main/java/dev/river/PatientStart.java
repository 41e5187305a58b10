package dev.river;

import dev.river.error.DatabaseException;
import dev.river.internal.service.Backoff;
import dev.river.internal.service.OwnThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a client, which is tried again while the database can't be reached.
 *
 * <p>Each try first looks at the database, on a virtual thread of its own. That only reads, so it
 * may be interrupted, which ends it even where a pool waits for a connection for half a minute.
 */
final class PatientStart {
  private static final Logger LOG = LoggerFactory.getLogger(PatientStart.class);
  private static final Duration FIRST_REST = Duration.ofMillis(100);
  private static final Duration LONGEST_REST = Duration.ofSeconds(5);

  private final String clientId;
  private final Duration patience;
  private final long begin = System.nanoTime();
  private final Backoff backoff = new Backoff(FIRST_REST, LONGEST_REST);
  private final CompletableFuture<Void> unwanted = new CompletableFuture<>();
  private Optional<DatabaseException> lastFailure = Optional.empty(); // owned by the caller

  /**
   * Creates it.
   *
   * @param clientId the client
   * @param patience how long it waits for the database; zero for not at all
   */
  PatientStart(String clientId, Duration patience) {
    this.clientId = clientId;
    this.patience = patience;
  }

  /** Ends its waiting, now or when it would begin. May be called by any thread. */
  void giveUp() {
    unwanted.complete(null);
  }

  /**
   * Starts.
   *
   * @param look finds out whether the client can start; changes nothing
   * @param start starts all or nothing
   * @throws DatabaseException if the database refuses, or can't be reached and it gives up. If that
   *     is because the thread was interrupted, it stays interrupted.
   */
  void run(Runnable look, Runnable start) {
    boolean started = false;
    while (!started) {
      try {
        lookFirst(look);
        start.run();
        started = true;
      } catch (DatabaseException e) {
        if (!e.isUnreachable() || patience.isZero()) {
          throw impossible(e.getMessage(), e);
        }
        lastFailure = Optional.of(e);
        rest(e);
      }
    }
  }

  private void lookFirst(Runnable look) {
    if (patience.isZero()) {
      look.run();
      return;
    }
    CompletableFuture<Optional<Throwable>> looked = new CompletableFuture<>();
    Thread looking = OwnThreads.virtual(clientId, "start", () -> looked.complete(failureOf(look)));
    looking.start();
    Optional<String> whyNot = await(CompletableFuture.anyOf(looked, unwanted), left());
    whyNot.ifPresent(any -> looking.interrupt());
    Optional<Throwable> failure = looked.join(); // no interruption ends this
    if (whyNot.isPresent()) {
      throw gaveUp(whyNot.get(), failure);
    }
    rethrow(failure);
  }

  private static Optional<Throwable> failureOf(Runnable look) {
    try {
      look.run();
      return Optional.empty();
    } catch (Throwable e) { // a data source in Kotlin may throw checked ones
      return Optional.of(e);
    }
  }

  private static void rethrow(Optional<Throwable> failure) {
    if (failure.isPresent()) {
      if (failure.get() instanceof Error error) {
        throw error;
      }
      if (failure.get() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw impossible(failure.get().toString(), failure.get());
    }
  }

  private void rest(DatabaseException failure) {
    Duration rest = backoff.next();
    if (rest.compareTo(left()) < 0) {
      LOG.warn(
          "client {}: can't start yet, next try in {} ms: {}",
          clientId,
          rest.toMillis(),
          failure.getMessage());
    }
    await(unwanted, rest.compareTo(left()) < 0 ? rest : left())
        .ifPresent(
            why -> {
              throw gaveUp(why, Optional.empty());
            });
  }

  /** {@return why it gives up; empty if it doesn't} */
  private Optional<String> await(Future<?> event, Duration limit) {
    try {
      event.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (!left().isPositive()) {
        return Optional.of("it has waited for %s".formatted(patience));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("its thread was interrupted while it waited");
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing is completed with a failure", e);
    }
    return unwanted.isDone()
        ? Optional.of("the client was stopped while it waited")
        : Optional.empty();
  }

  /** {@return for how long it still waits} */
  private Duration left() {
    return patience.minusNanos(System.nanoTime() - begin);
  }

  private DatabaseException gaveUp(String why, Optional<Throwable> failure) {
    Throwable cause =
        lastFailure
            .<Throwable>map(last -> last)
            .or(() -> failure)
            .orElseGet(() -> new TimeoutException("no answer so far"));
    return impossible("%s for the database: %s".formatted(why, cause.getMessage()), cause);
  }

  private static DatabaseException impossible(@Nullable String why, Throwable cause) {
    String sqlState =
        cause instanceof DatabaseException ofDatabase ? ofDatabase.sqlState().orElse(null) : null;
    return new DatabaseException("the client can't start: " + why, sqlState, cause);
  }
}
