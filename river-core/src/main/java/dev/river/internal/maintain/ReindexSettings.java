package dev.river.internal.maintain;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;

/**
 * How a client rebuilds indexes.
 *
 * @param at when it begins each day, in UTC
 * @param indexes which ones; none for not at all
 * @param limit how long one of them may take
 */
public record ReindexSettings(LocalTime at, List<String> indexes, Duration limit) {}
