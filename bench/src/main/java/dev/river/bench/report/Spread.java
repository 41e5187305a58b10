package dev.river.bench.report;

import java.util.List;

/**
 * What several rounds have found.
 *
 * @param median the one in the middle, or the mean of the two there
 * @param least the least
 * @param most the most
 */
public record Spread(double median, double least, double most) {

  /**
   * {@return the spread of figures}
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a spread needs at least one figure, got: " + values);
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /** {@return the median, with the least and the most behind it if they differ from it} */
  @Override
  public String toString() {
    String text = Unit.format(median);
    return least == most
        ? text
        : "%s (%s-%s)".formatted(text, Unit.format(least), Unit.format(most));
  }
}
