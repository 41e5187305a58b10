package dev.river.internal.work;

import dev.river.work.RegisteredWorker;
import dev.river.work.RetryPolicy;
import java.time.Duration;
import java.util.Map;

/**
 * How a client works its jobs.
 *
 * @param workers its workers by kind
 * @param jobTimeout how long an attempt may run whose worker doesn't say; zero for no limit
 * @param retryPolicy how long a failed job waits whose worker doesn't say
 */
public record WorkSettings(
    Map<String, RegisteredWorker<?>> workers, Duration jobTimeout, RetryPolicy retryPolicy) {}
