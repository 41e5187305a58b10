package dev.river.job;

import java.time.Instant;

/**
 * How an attempt failed.
 *
 * @param at when the attempt began
 * @param attempt the number of the attempt, counted from 1
 * @param error the exception's class and message
 * @param trace its stack trace; empty if there was none. Long traces are stored shortened.
 */
public record AttemptError(Instant at, int attempt, String error, String trace) {}
