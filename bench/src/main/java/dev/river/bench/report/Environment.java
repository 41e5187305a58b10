package dev.river.bench.report;

import java.util.Map;

/**
 * What the figures were found with.
 *
 * @param facts the machine, the programs and their versions, by name
 * @param server the settings of PostgreSQL
 * @param frameworks the settings of each framework, by its name
 */
public record Environment(
    Map<String, String> facts,
    Map<String, String> server,
    Map<String, Map<String, String>> frameworks) {

  /** {@return the same as lines of text} */
  public String text() {
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> text.append("%s: %s%n".formatted(name, value)));
    text.append("PostgreSQL: ").append(list(server)).append('\n');
    frameworks.forEach((name, values) -> text.append("%s: %s%n".formatted(name, list(values))));
    return text.toString();
  }

  private static String list(Map<String, String> values) {
    String text = values.toString();
    return text.substring(1, text.length() - 1);
  }
}
