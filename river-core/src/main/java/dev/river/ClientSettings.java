package dev.river;

import dev.river.internal.maintain.PeriodicJobSet;
import dev.river.internal.maintain.UpkeepSettings;
import dev.river.internal.work.QueueSettings;
import dev.river.internal.work.WorkSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * What a builder collected, checked.
 *
 * @param id the client
 * @param dataSource the database
 * @param schema the schema of River's tables; empty to follow the search path
 * @param queues the queues that it works at first; none for a client that only inserts
 * @param pollInterval how long a queue rests at most that is added later and doesn't say
 * @param work how it works jobs
 * @param maxAttempts how many attempts of a job may begin that doesn't say
 * @param pollOnly whether it does without LISTEN
 * @param upkeep how it looks after its fleet
 * @param lifecycle how it starts and stops
 * @param clock what decides about jobs; empty for the time of the server
 */
record ClientSettings(
    String id,
    DataSource dataSource,
    Optional<String> schema,
    List<QueueSettings> queues,
    Duration pollInterval,
    WorkSettings work,
    int maxAttempts,
    boolean pollOnly,
    UpkeepSettings upkeep,
    LifecycleSettings lifecycle,
    Optional<InstantSource> clock) {

  private static final int MAX_ID_LENGTH = 100;
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Pattern SCHEMA = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,45}");

  /** {@return what is wrong with it, a sentence each} */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
      problems.add("id must have 1 to " + MAX_ID_LENGTH + " characters, got: " + id);
    }
    schema
        .filter(name -> !SCHEMA.matcher(name).matches())
        .ifPresent(
            name ->
                problems.add(
                    "schema must be 1 to 46 letters, digits or underscores and not start with a"
                        + " digit, got: "
                        + name));
    if (pollInterval.compareTo(SHORTEST) < 0) {
      problems.add("pollInterval must be at least 1 ms, got: " + pollInterval);
    }
    if (maxAttempts < 1 || maxAttempts > Short.MAX_VALUE) {
      problems.add("maxAttempts must be 1 to " + Short.MAX_VALUE + ", got: " + maxAttempts);
    }
    problems.addAll(work.problems());
    problems.addAll(upkeep.problems());
    problems.addAll(PeriodicJobSet.problems(upkeep.periodicJobs(), pollOnly));
    problems.addAll(lifecycle.problems());
    return problems;
  }
}
