package dev.river.bench.report;

import dev.river.bench.report.Svg.Face;
import dev.river.bench.report.Svg.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A drawing with one row for each framework, all of the same size. */
sealed interface Panel {
  /** Pixels. */
  double WIDTH = 400;

  /** Pixels of a framework. */
  double ROW = 16;

  /** Pixels of the title, and of the space below the drawing. */
  double TITLE = 34;

  /** {@return how high it is} */
  double height();

  /** Draws it with its left upper corner at a place. */
  void draw(Svg svg, Point corner);

  /**
   * The figures of a metric: a bar as long as the median, and a line from the least to the most.
   *
   * @param title what is shown
   * @param spreads the figures by framework; empty where there are none
   * @param colors the color of each framework
   */
  record Bars(String title, Map<String, Optional<Spread>> spreads, Colors colors) implements Panel {
    private static final double NAMES = 110;
    private static final double FIGURES = 75;

    @Override
    public double height() {
      return TITLE + ROW * spreads.size();
    }

    @Override
    public void draw(Svg svg, Point corner) {
      svg.text(corner.plus(0, 14), Face.TITLE, title);
      double most =
          spreads.values().stream()
              .flatMap(Optional::stream)
              .mapToDouble(Spread::most)
              .max()
              .orElse(0);
      double scale = most > 0 ? (WIDTH - NAMES - FIGURES) / most : 0;
      Point row = corner.plus(0, 22);
      for (Map.Entry<String, Optional<Spread>> each : spreads.entrySet()) {
        draw(svg, row, each, scale);
        row = row.plus(0, ROW);
      }
    }

    private void draw(Svg svg, Point row, Map.Entry<String, Optional<Spread>> each, double scale) {
      String framework = each.getKey();
      svg.text(row.plus(NAMES - 6, 11), Face.LABEL_FROM_RIGHT, framework);
      Optional<Spread> found = each.getValue();
      if (found.isEmpty()) {
        svg.text(row.plus(NAMES, 11), Face.LABEL, "-");
        return;
      }
      Spread spread = found.get();
      double length = Math.max(0, spread.median() * scale);
      svg.rectangle(row.plus(NAMES, 2), length, ROW - 5, colors.of(framework));
      Point middle = row.plus(NAMES, ROW / 2 - 0.5);
      svg.line(
          middle.plus(Math.max(0, spread.least() * scale), 0),
          middle.plus(Math.max(0, spread.most() * scale), 0),
          "black");
      double end = Math.max(length, spread.most() * scale);
      svg.text(row.plus(NAMES + end + 4, 11), Face.LABEL, Unit.format(spread.median()));
    }
  }

  /**
   * How a figure has changed, by framework.
   *
   * @param title what is shown
   * @param courses the figure at equal distances
   * @param colors the color of each framework
   */
  record Courses(String title, Map<String, List<Double>> courses, Colors colors) implements Panel {
    private static final double NAMES = 130;

    @Override
    public double height() {
      return TITLE + ROW * Math.max(7, courses.size());
    }

    @Override
    public void draw(Svg svg, Point corner) {
      svg.text(corner.plus(0, 14), Face.TITLE, title);
      double most =
          courses.values().stream()
              .flatMap(List::stream)
              .max(Comparator.naturalOrder())
              .orElse(0.0);
      svg.text(corner.plus(WIDTH - NAMES + 6, 33), Face.LABEL, "up to " + Unit.format(most));
      Point bottom = corner.plus(0, height() - 10);
      svg.line(bottom, bottom.plus(WIDTH - NAMES, 0), "gray");
      Point label = corner.plus(WIDTH - NAMES + 6, 49);
      for (Map.Entry<String, List<Double>> course : courses.entrySet()) {
        String color = colors.of(course.getKey());
        svg.path(points(course.getValue(), bottom, most), color);
        svg.rectangle(label.plus(0, -9), 9, 9, color);
        svg.text(label.plus(13, 0), Face.LABEL, course.getKey());
        label = label.plus(0, 14);
      }
    }

    private List<Point> points(List<Double> values, Point bottom, double most) {
      double step = (WIDTH - NAMES) / Math.max(1, values.size() - 1);
      double scale = most > 0 ? (height() - TITLE) / most : 0;
      return IntStream.range(0, values.size())
          .mapToObj(i -> bottom.plus(step * i, -scale * values.get(i)))
          .toList();
    }
  }
}
