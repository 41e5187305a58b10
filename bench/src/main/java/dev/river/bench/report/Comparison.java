package dev.river.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One framework beside the best of others, figure by figure.
 *
 * @param one the framework
 * @param peers those of which the best counts
 * @param floor what can't be beaten
 */
public record Comparison(String one, List<String> peers, String floor) {
  private static final List<String> HEAD =
      List.of(
          "", "figure", "", "best JVM peer", "", "times its figure", "floor", "times the floor");

  /** A figure of a framework. */
  private record Figure(String framework, double value) {}

  /** {@return a table with every figure that can be compared; empty if there is none} */
  public String table(Results results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (Topic topic : results.topics()) {
      for (Metric metric : topic.metrics()) {
        row(results, topic, metric).ifPresent(rows::add);
      }
    }
    return rows.size() == 1 ? "" : heading() + String.join("\n", Columns.format(rows)) + "\n";
  }

  private String heading() {
    return "\n## %s, the best of %s, and %s\n\n".formatted(one, String.join(", ", peers), floor);
  }

  private Optional<List<String>> row(Results results, Topic topic, Metric metric) {
    Optional<Figure> ours = best(results, topic, metric, List.of(one));
    Optional<Figure> best = best(results, topic, metric, peers);
    Optional<Figure> least = best(results, topic, metric, List.of(floor));
    if (ours.isEmpty() || (best.isEmpty() && least.isEmpty())) {
      return Optional.empty();
    }
    double value = ours.get().value();
    return Optional.of(
        List.of(
            topic.id(),
            metric.heading(),
            Unit.format(value),
            best.map(Figure::framework).orElse("-"),
            best.map(figure -> Unit.format(figure.value())).orElse("-"),
            best.map(figure -> times(value, figure)).orElse("-"),
            least.map(figure -> Unit.format(figure.value())).orElse("-"),
            least.map(figure -> times(value, figure)).orElse("-")));
  }

  private static String times(double value, Figure other) {
    return other.value() == 0 ? "-" : Unit.format(value / other.value());
  }

  private static Optional<Figure> best(
      Results results, Topic topic, Metric metric, List<String> among) {
    Comparator<Figure> byValue = Comparator.comparingDouble(Figure::value);
    List<Figure> figures = figures(results, topic, metric, among);
    return switch (metric.unit().better()) {
      case MORE -> figures.stream().max(byValue);
      case LESS -> figures.stream().min(byValue);
      case NEITHER -> Optional.empty();
    };
  }

  private static List<Figure> figures(
      Results results, Topic topic, Metric metric, List<String> among) {
    Collection<String> there = results.frameworks(topic);
    return among.stream()
        .filter(there::contains)
        .flatMap(
            framework ->
                results.spread(topic, framework, metric).stream()
                    .map(spread -> new Figure(framework, spread.median())))
        .toList();
  }
}
