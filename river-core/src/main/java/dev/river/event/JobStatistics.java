package dev.river.event;

import java.time.Duration;

/**
 * How long an attempt took.
 *
 * @param queueWait from the time that the job was scheduled for to its claim, by the database's
 *     clock
 * @param run how long the worker ran
 * @param complete from the worker's end to the moment that its outcome was stored, or was found to
 *     be stored if the worker has completed the job in a transaction of its own
 */
public record JobStatistics(Duration queueWait, Duration run, Duration complete) {}
