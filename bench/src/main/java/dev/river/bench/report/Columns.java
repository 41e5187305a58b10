package dev.river.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lines up what stands below each other. */
final class Columns {
  private Columns() {}

  /** {@return the lines of a table whose first row is its head} */
  static List<String> format(List<List<String>> rows) {
    List<Integer> widths =
        IntStream.range(0, rows.getFirst().size())
            .mapToObj(
                column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toList();
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(line(row, widths)));
    String rule =
        widths.stream().map(width -> "-".repeat(width + 1) + ":").collect(Collectors.joining("|"));
    lines.add(1, "|" + rule.replaceFirst("-:", "--") + "|");
    return lines;
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < row.size(); i++) {
      String pattern = i == 0 ? " %-" : " %";
      line.append(String.format(pattern + Math.max(1, widths.get(i)) + "s |", row.get(i)));
    }
    return line.toString();
  }
}
