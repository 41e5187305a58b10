package dev.river.bench.report;

/**
 * One of the figures that a measure finds: a column of its table.
 *
 * @param id its name in the JSON, unique in the measure
 * @param title what is counted
 * @param unit in what
 */
public record Metric(String id, String title, Unit unit) {

  /** {@return the heading of the column} */
  public String heading() {
    return "%s, %s".formatted(title, unit.symbol());
  }
}
