package dev.river.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one round of a measure has found about one framework. For one thread. */
public final class Findings {
  private final Map<Metric, Double> figures = new LinkedHashMap<>();
  private final Map<Metric, String> gaps = new LinkedHashMap<>();
  private final List<Series> series = new ArrayList<>();

  /** Creates an empty one. */
  public Findings() {}

  /** Adds a figure. */
  public void found(Metric metric, double value) {
    figures.put(metric, value);
  }

  /** Says why there is no figure. */
  public void missing(Metric metric, String reason) {
    gaps.put(metric, reason);
  }

  /** Adds a course of figures. */
  public void found(Series found) {
    series.add(found);
  }

  /** {@return the figures} */
  public Map<Metric, Double> figures() {
    return figures;
  }

  /** {@return why there is no figure, where there is none} */
  public Map<Metric, String> gaps() {
    return gaps;
  }

  /** {@return the courses} */
  public List<Series> series() {
    return series;
  }
}
