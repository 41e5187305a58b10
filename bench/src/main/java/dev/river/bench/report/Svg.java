package dev.river.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes the few shapes of SVG that the plots are made of. For one thread. */
final class Svg {
  private final StringBuilder shapes = new StringBuilder();

  /** A place, in pixels from the left and from the top. */
  record Point(double x, double y) {
    Point plus(double right, double down) {
      return new Point(x + right, y + down);
    }
  }

  /** How a text is written. */
  enum Face {
    HEADING("font-size='17' font-weight='bold'"),
    TITLE("font-size='12' font-weight='bold'"),
    LABEL("font-size='11'"),
    LABEL_FROM_RIGHT("font-size='11' text-anchor='end'");

    private final String attributes;

    Face(String attributes) {
      this.attributes = attributes;
    }
  }

  void rectangle(Point corner, double width, double height, String color) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>\n",
            corner.x(),
            corner.y(),
            width,
            height,
            color));
  }

  void line(Point from, Point to, String color) {
    path(List.of(from, to), color);
  }

  void path(List<Point> points, String color) {
    String places =
        points.stream()
            .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x(), point.y()))
            .collect(Collectors.joining(" "));
    shapes.append("<polyline points='%s' fill='none' stroke='%s'/>\n".formatted(places, color));
  }

  void text(Point start, Face face, String text) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<text x='%.1f' y='%.1f' %s>%s</text>\n",
            start.x(),
            start.y(),
            face.attributes,
            escaped(text)));
  }

  /** {@return the document} */
  String document(double width, double height) {
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f' font-family='sans-serif'>
        <rect width='100%%' height='100%%' fill='white'/>
        %s</svg>
        """,
        width,
        height,
        shapes);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
