package dev.river.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Metric RATE = new Metric("rate", "rate", Unit.PER_SECOND);
  private static final Metric WAIT = new Metric("wait", "wait", Unit.MILLIS);
  private static final Metric COUNT = new Metric("count", "count", Unit.COUNT);
  private static final Topic TOPIC = new Topic("topic", "Topic", List.of(RATE, WAIT, COUNT));
  private static final Comparison COMPARISON = new Comparison("we", List.of("a", "b"), "floor");

  private final Results results =
      new Results(List.of(TOPIC), List.of("we", "a", "b", "other", "floor"));

  @Test
  void comparesWithTheBestPeerAndTheFloor() {
    add("we", RATE, 300);
    add("a", RATE, 100);
    add("b", RATE, 150);
    add("other", RATE, 900);
    add("floor", RATE, 600);
    assertThat(lines()).containsExactly("| topic | rate, /s | 300 | b | 150 | 2.00 | 600 | 0.50 |");
  }

  @Test
  void takesTheShortestWaitForTheBest() {
    add("we", WAIT, 3);
    add("a", WAIT, 6);
    add("b", WAIT, 12);
    assertThat(lines()).singleElement().asString().contains(" a | 6.00 |").contains(" 0.50 |");
  }

  @Test
  void leavesOutWhatIsNeitherBetterNorWorse() {
    add("we", COUNT, 1);
    add("a", COUNT, 2);
    assertThat(COMPARISON.table(results)).isEmpty();
  }

  private void add(String framework, Metric metric, double value) {
    Findings findings = new Findings();
    findings.found(metric, value);
    results.add(TOPIC, framework, findings);
  }

  private List<String> lines() {
    return COMPARISON
        .table(results)
        .lines()
        .filter(line -> line.startsWith("| topic"))
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }
}
