package dev.river;

import dev.river.internal.maintain.UpkeepSettings;
import dev.river.internal.work.QueueSettings;
import dev.river.internal.work.WorkSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    LifecycleSettings lifecycle) {}
