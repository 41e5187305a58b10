package dev.river.bench.report;

import dev.river.bench.report.Svg.Face;
import dev.river.bench.report.Svg.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that was found, as one picture: SVG, which browsers show. */
public final class Plot {
  private static final int COLUMNS = 3;
  private static final double MARGIN = 20;
  private static final double HEADING = 34;

  private final Results results;
  private final Colors colors;
  private final Svg svg = new Svg();
  private double y = MARGIN;

  private Plot(Results results) {
    this.results = results;
    this.colors =
        new Colors(
            results.topics().stream()
                .flatMap(topic -> results.frameworks(topic).stream())
                .distinct()
                .toList());
  }

  /** {@return the document} */
  public static String of(Results results) {
    Plot plot = new Plot(results);
    results.topics().forEach(plot::add);
    return plot.svg.document(MARGIN + COLUMNS * (Panel.WIDTH + MARGIN), plot.y);
  }

  private void add(Topic topic) {
    List<Panel> panels = new ArrayList<>(bars(topic));
    panels.addAll(courses(topic));
    if (panels.isEmpty()) {
      return;
    }
    svg.text(new Point(MARGIN, y + 20), Face.HEADING, topic.title());
    y += HEADING;
    for (int first = 0; first < panels.size(); first += COLUMNS) {
      row(panels.subList(first, Math.min(first + COLUMNS, panels.size())));
    }
  }

  private void row(List<Panel> panels) {
    for (int column = 0; column < panels.size(); column++) {
      Point corner = new Point(MARGIN + column * (Panel.WIDTH + MARGIN), y);
      panels.get(column).draw(svg, corner);
    }
    y += panels.stream().mapToDouble(Panel::height).max().orElse(0);
  }

  /** Those of which there are figures. */
  private List<Panel> bars(Topic topic) {
    List<Panel> panels = new ArrayList<>();
    for (Metric metric : topic.metrics()) {
      Map<String, Optional<Spread>> spreads = new LinkedHashMap<>();
      for (String framework : results.frameworks(topic)) {
        spreads.put(framework, results.spread(topic, framework, metric));
      }
      if (spreads.values().stream().anyMatch(Optional::isPresent)) {
        panels.add(new Panel.Bars(metric.heading(), spreads, colors));
      }
    }
    return panels;
  }

  /** Those of the last round. */
  private List<Panel> courses(Topic topic) {
    Map<String, Map<String, List<Double>>> byName = new LinkedHashMap<>();
    for (String framework : results.frameworks(topic)) {
      results.rounds(topic, framework).stream()
          .flatMap(findings -> findings.series().stream())
          .forEach(
              series ->
                  byName
                      .computeIfAbsent(series.name(), name -> new LinkedHashMap<>())
                      .put(framework, series.values()));
    }
    List<Panel> panels = new ArrayList<>();
    byName.forEach((name, courses) -> panels.add(new Panel.Courses(name, courses, colors)));
    return panels;
  }
}
