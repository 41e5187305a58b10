package dev.river.test.args;

import dev.river.job.JobArgs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares samples of arguments with the versions of them that are stored. */
public final class CompatibilityCheck {
  private final CompatibilitySettings settings;
  private final GoldenDirectory golden;
  private final Map<String, JobArgs> samplesByKind = new LinkedHashMap<>();
  private final Set<String> expectedKinds = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();

  private CompatibilityCheck(CompatibilitySettings settings) {
    this.settings = settings;
    this.golden = new GoldenDirectory(settings.directory());
  }

  /**
   * Compares samples with their stored versions.
   *
   * @param settings where and how
   * @param samples at least one
   * @throws AssertionError with everything that is wrong
   * @throws IllegalArgumentException if there are no samples
   */
  public static void verify(CompatibilitySettings settings, List<JobArgs> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("samples must not be empty");
    }
    CompatibilityCheck check = new CompatibilityCheck(settings);
    samples.forEach(check::take);
    check.samplesByKind.forEach(check::compare);
    if (settings.allKinds()) {
      check.findKindsWithoutSample();
    }
    check.throwProblems();
  }

  private void take(JobArgs sample) {
    Class<? extends JobArgs> type = sample.getClass();
    if (!type.isRecord()) {
      problems.add(
          new Problem(
              "sample of " + type.getName(),
              "must be a record, whose components tell what is missing"));
      return;
    }
    try {
      String kind = JobArgs.kindOf(type);
      expectedKinds.add(kind);
      expectedKinds.addAll(JobArgs.kindAliasesOf(type));
      JobArgs other = samplesByKind.putIfAbsent(kind, sample);
      if (other != null) {
        problems.add(twoSamples(kind, other, sample));
      }
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("sample of " + type.getName(), String.valueOf(e.getMessage())));
    }
  }

  private static Problem twoSamples(String kind, JobArgs one, JobArgs other) {
    return Problem.ofKind(
        kind,
        "must have one sample, with a value in every component, got two: %s and %s"
            .formatted(one, other));
  }

  private void compare(String kind, JobArgs sample) {
    problems.addAll(new SampleCheck(settings, golden, kind, sample).run());
  }

  private void findKindsWithoutSample() {
    golden.kinds().stream()
        .filter(kind -> !expectedKinds.contains(kind))
        .map(kind -> withoutSample(kind, golden.folder(kind)))
        .forEach(problems::add);
  }

  private static Problem withoutSample(String kind, Path folder) {
    return Problem.ofKind(
        kind,
        "has versions in %s, but no sample: name the kind in kindAliases() if its class has another one now, delete the directory if no job of it is stored any more, or use someKinds() if another test has the sample"
            .formatted(folder));
  }

  private void throwProblems() {
    if (problems.isEmpty()) {
      return;
    }
    AssertionError failure =
        new AssertionError(
            problems.stream()
                    .map(problem -> "\n  " + problem)
                    .collect(
                        Collectors.joining(
                            "", "args and their stored versions have %s:".formatted(count()), ""))
                + noteOnWorkers());
    problems.stream().flatMap(problem -> problem.cause().stream()).forEach(failure::addSuppressed);
    throw failure;
  }

  private String count() {
    return problems.size() == 1 ? "a problem" : problems.size() + " problems";
  }

  private String noteOnWorkers() {
    return settings.workers().isEmpty() && problems.stream().anyMatch(Problem::isOfReading)
        ? "\nNo upcaster was applied, because no workers were given; builder().workers(...) does."
        : "";
  }
}
