package dev.river.bench.report;

import java.util.List;

/**
 * The color of each framework, the same wherever it is drawn.
 *
 * @param frameworks the names
 */
record Colors(List<String> frameworks) {
  private static final List<String> ALL =
      List.of("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#7f7f7f");

  String of(String framework) {
    return ALL.get(Math.floorMod(frameworks.indexOf(framework), ALL.size()));
  }
}
