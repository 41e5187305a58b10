package dev.river.bench;

import dev.river.bench.measure.Measure;
import dev.river.bench.measure.Trial;
import dev.river.bench.postgres.Databases;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Results;
import dev.river.bench.report.Topic;
import dev.river.bench.system.JobSystem;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs all measures with all frameworks, round after round. A round goes through everything before
 * the next begins, and the order of the frameworks changes from one to the next, so that what the
 * machine does beside it hits all alike.
 */
final class BenchRun {
  private final List<Measure> measures;
  private final List<JobSystem> systems;
  private final Options options;
  private final PrintStream progress;
  private final Results results;
  private final long beganAt = System.nanoTime();
  private final List<String> failures = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param measures what to measure
   * @param systems with what
   * @param options how much and how often
   * @param progress is told how far it is
   */
  BenchRun(List<Measure> measures, List<JobSystem> systems, Options options, PrintStream progress) {
    this.measures = measures;
    this.systems = systems;
    this.options = options;
    this.progress = progress;
    this.results =
        new Results(
            measures.stream().map(Measure::topic).toList(),
            systems.stream().map(JobSystem::name).toList());
  }

  /** Runs everything. */
  Results run(Databases databases) {
    for (int round = 0; round < options.rounds(); round++) {
      for (Measure measure : measures) {
        for (JobSystem system : inOrderOf(round)) {
          if (round == 0 || !isOver(options.patience())) {
            run(round, measure, new Trial(system, databases, options.scale()));
          }
        }
      }
    }
    return results;
  }

  /** {@return what went wrong} */
  List<String> failures() {
    return failures;
  }

  private List<JobSystem> inOrderOf(int round) {
    return round % 2 == 0 ? systems : systems.reversed();
  }

  private boolean isOver(Duration time) {
    return System.nanoTime() - beganAt >= time.toNanos();
  }

  private void run(int round, Measure measure, Trial trial) {
    Topic topic = measure.topic();
    String name = trial.system().name();
    long trialBeganAt = System.nanoTime();
    Findings findings = new Findings();
    Optional<String> absence = trial.system().absence();
    if (isOver(options.limit())) {
      topic.metrics().forEach(metric -> findings.missing(metric, "no time was left"));
    } else if (absence.isPresent()) {
      topic.metrics().forEach(metric -> findings.missing(metric, absence.get()));
    } else {
      measure(measure, trial, findings);
    }
    results.add(topic, name, findings);
    Duration time = Duration.ofNanos(System.nanoTime() - trialBeganAt);
    progress.printf(
        Locale.ROOT,
        "round %s, %s, %s: %.1f s%n",
        round + 1,
        topic.id(),
        name,
        time.toMillis() / 1e3);
  }

  private void measure(Measure measure, Trial trial, Findings findings) {
    try {
      measure.run(trial, findings);
    } catch (RuntimeException e) {
      Topic topic = measure.topic();
      String failure = "%s, %s: %s".formatted(topic.id(), trial.system().name(), e);
      failures.add(failure);
      e.printStackTrace(progress);
      topic.metrics().stream()
          .filter(metric -> !findings.figures().containsKey(metric))
          .forEach(metric -> findings.missing(metric, "failed: " + e.getMessage()));
    }
  }
}
