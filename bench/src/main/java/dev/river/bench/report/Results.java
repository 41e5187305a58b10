package dev.river.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has been found so far, by measure, framework and round. For one thread. */
public final class Results {
  private final Map<Topic, Map<String, List<Findings>>> rounds = new LinkedHashMap<>();

  /**
   * Creates an empty one.
   *
   * @param topics the measures, in the order in which they are shown
   * @param frameworks the names, likewise
   */
  public Results(List<Topic> topics, List<String> frameworks) {
    for (Topic topic : topics) {
      Map<String, List<Findings>> byFramework = new LinkedHashMap<>();
      frameworks.forEach(framework -> byFramework.put(framework, new ArrayList<>()));
      rounds.put(topic, byFramework);
    }
  }

  /** Adds what a round has found. */
  public void add(Topic topic, String framework, Findings findings) {
    rounds(topic, framework).add(findings);
  }

  /** {@return the measures} */
  public Collection<Topic> topics() {
    return rounds.keySet();
  }

  /** {@return the frameworks of a measure} */
  public Collection<String> frameworks(Topic topic) {
    return rounds.getOrDefault(topic, Map.of()).keySet();
  }

  /** {@return what the rounds of a measure have found about a framework, in their order} */
  public List<Findings> rounds(Topic topic, String framework) {
    List<Findings> findings = rounds.getOrDefault(topic, Map.of()).get(framework);
    if (findings == null) {
      throw new IllegalArgumentException(
          "must be one of the measures and frameworks, got: %s, %s"
              .formatted(topic.id(), framework));
    }
    return findings;
  }

  /** {@return the figures of all rounds} */
  public List<Double> figures(Topic topic, String framework, Metric metric) {
    return rounds(topic, framework).stream()
        .flatMap(findings -> Optional.ofNullable(findings.figures().get(metric)).stream())
        .toList();
  }

  /** {@return their spread, if there are any} */
  public Optional<Spread> spread(Topic topic, String framework, Metric metric) {
    List<Double> figures = figures(topic, framework, metric);
    return figures.isEmpty() ? Optional.empty() : Optional.of(Spread.of(figures));
  }

  /** {@return why a round has no figure, if one hasn't} */
  public Optional<String> gap(Topic topic, String framework, Metric metric) {
    return rounds(topic, framework).stream()
        .flatMap(findings -> Optional.ofNullable(findings.gaps().get(metric)).stream())
        .findFirst();
  }
}
