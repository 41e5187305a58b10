package dev.river.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Everything that was found, each round by itself, for programs. */
public final class JsonReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonReport() {}

  /** {@return the document} */
  public static String of(Environment environment, Results results) {
    ObjectNode root = MAPPER.createObjectNode();
    root.set("environment", MAPPER.valueToTree(environment));
    ArrayNode measures = root.putArray("measures");
    results.topics().forEach(topic -> measures.add(measure(results, topic)));
    return root.toPrettyString();
  }

  private static ObjectNode measure(Results results, Topic topic) {
    ObjectNode measure = MAPPER.createObjectNode();
    measure.put("id", topic.id());
    measure.put("title", topic.title());
    ObjectNode metrics = measure.putObject("metrics");
    for (Metric metric : topic.metrics()) {
      metrics
          .putObject(metric.id())
          .put("title", metric.title())
          .put("unit", metric.unit().symbol());
    }
    ObjectNode frameworks = measure.putObject("frameworks");
    for (String framework : results.frameworks(topic)) {
      frameworks.set(framework, framework(results, topic, framework));
    }
    return measure;
  }

  private static ObjectNode framework(Results results, Topic topic, String framework) {
    ObjectNode node = MAPPER.createObjectNode();
    for (Metric metric : topic.metrics()) {
      node.set(metric.id(), figures(results, topic, framework, metric));
    }
    ArrayNode series = node.putArray("series");
    results.rounds(topic, framework).stream()
        .flatMap(findings -> findings.series().stream())
        .forEach(each -> series.add(MAPPER.<ObjectNode>valueToTree(each)));
    return node;
  }

  private static ObjectNode figures(Results results, Topic topic, String framework, Metric metric) {
    ObjectNode node = MAPPER.createObjectNode();
    node.set("rounds", MAPPER.valueToTree(results.figures(topic, framework, metric)));
    results
        .spread(topic, framework, metric)
        .ifPresent(
            spread ->
                node.put("median", spread.median())
                    .put("least", spread.least())
                    .put("most", spread.most()));
    results.gap(topic, framework, metric).ifPresent(reason -> node.put("missing", reason));
    return node;
  }
}
