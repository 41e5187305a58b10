package dev.river.bench.report;

import java.util.List;

/**
 * What a measure is about: a table.
 *
 * @param id its name, as it is chosen
 * @param title its heading
 * @param metrics its columns
 */
public record Topic(String id, String title, List<Metric> metrics) {}
