package dev.river;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a client starts and stops.
 *
 * @param databasePatience how long a start waits for a database that can't be reached; zero to fail
 *     at once
 * @param shutdownPatience how long jobs may go on when the JVM is told to end; empty if it doesn't
 *     stop the client
 * @param keepsJvmAlive whether the JVM doesn't end by itself while it runs
 * @param whyNeverStarted why it must not be started; empty if it may be
 */
record LifecycleSettings(
    Duration databasePatience,
    Optional<Duration> shutdownPatience,
    boolean keepsJvmAlive,
    Optional<String> whyNeverStarted) {

  /** {@return what is wrong with it, a sentence each} */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (databasePatience.isNegative()) {
      problems.add("patience of awaitDatabase must not be negative, got: " + databasePatience);
    }
    shutdownPatience
        .filter(Duration::isNegative)
        .ifPresent(
            patience ->
                problems.add("patience of stopOnShutdown must not be negative, got: " + patience));
    return problems;
  }

  /** Refuses to start a client that must not be started. */
  void checkStartable() {
    whyNeverStarted.ifPresent(
        reason -> {
          throw new IllegalStateException("this client can't be started: " + reason);
        });
  }
}
