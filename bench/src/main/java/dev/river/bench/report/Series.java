package dev.river.bench.report;

import java.util.List;

/**
 * A figure that changes while it is looked at.
 *
 * @param name what it is
 * @param values its values at equal distances
 */
public record Series(String name, List<Double> values) {}
