package dev.river.bench.report;

import java.util.ArrayList;
import java.util.List;

/** The tables, as text that is also Markdown. */
public final class TextReport {
  private final Results results;
  private final StringBuilder text = new StringBuilder();
  private final List<String> notes = new ArrayList<>();

  private TextReport(Results results) {
    this.results = results;
  }

  /** {@return the table of a measure} */
  public static String table(Results results, Topic topic) {
    TextReport report = new TextReport(results);
    report.add(topic);
    return report.text.toString();
  }

  private void add(Topic topic) {
    text.append("\n## %s (%s)\n\n".formatted(topic.title(), topic.id()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(concat("", topic.metrics().stream().map(Metric::heading).toList()));
    for (String framework : results.frameworks(topic)) {
      rows.add(
          concat(
              framework,
              topic.metrics().stream().map(metric -> cell(topic, framework, metric)).toList()));
    }
    Columns.format(rows).forEach(line -> text.append(line).append('\n'));
    for (int i = 0; i < notes.size(); i++) {
      text.append("%s[%s] %s\n".formatted(i == 0 ? "\n" : "", i + 1, notes.get(i)));
    }
  }

  private String cell(Topic topic, String framework, Metric metric) {
    String figure = results.spread(topic, framework, metric).map(Spread::toString).orElse("-");
    return results
        .gap(topic, framework, metric)
        .map(reason -> figure + " [" + note(framework + ": " + reason) + "]")
        .orElse(figure);
  }

  private int note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
    return notes.indexOf(note) + 1;
  }

  private static List<String> concat(String first, List<String> rest) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }
}
