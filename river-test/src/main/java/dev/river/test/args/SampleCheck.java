package dev.river.test.args;

import dev.river.job.JobArgs;
import dev.river.work.RegisteredWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares one sample with the stored versions of its kind and of its kind's aliases. */
final class SampleCheck {
  private final CompatibilitySettings settings;
  private final GoldenDirectory golden;
  private final String kind;
  private final JobArgs sample;
  private final VersionReader reader;
  private final List<Problem> problems = new ArrayList<>();

  /** Those that the class can't work as they were. */
  private final List<StoredVersion> broken = new ArrayList<>();

  SampleCheck(CompatibilitySettings settings, GoldenDirectory golden, String kind, JobArgs sample) {
    this.settings = settings;
    this.golden = golden;
    this.kind = kind;
    this.sample = sample;
    this.reader =
        new VersionReader(sample.getClass(), Optional.ofNullable(settings.workers().get(kind)));
  }

  /** {@return what is wrong} A version that is missing is written if that is asked for. */
  List<Problem> run() {
    Optional<RegisteredWorker<?>> other =
        reader.worker().filter(worker -> !worker.argsClass().equals(sample.getClass()));
    if (other.isPresent()) {
      add(
          "is read as %s by its worker, got a sample of %s"
              .formatted(other.get().argsClass().getName(), sample.getClass().getName()));
      return problems;
    }
    try {
      compare(Json.CODEC.encodeArgs(sample));
    } catch (IllegalArgumentException e) {
      add(String.valueOf(e.getMessage()));
    }
    return problems;
  }

  private void compare(String json) {
    List<StoredVersion> own = golden.versions(kind);
    golden
        .strays(kind)
        .forEach(
            file ->
                add("%s is not named as a version is: 1.json, 2.json and so on".formatted(file)));
    Stream.concat(ofAliases(), own.stream()).forEach(this::read);
    if (own.isEmpty()) {
      need(
          1,
          json,
          "has no stored version in %s yet".formatted(golden.folder(kind).toAbsolutePath()));
    } else {
      compareWith(own.getLast(), json);
    }
  }

  private Stream<StoredVersion> ofAliases() {
    return JobArgs.kindAliasesOf(sample.getClass()).stream()
        .flatMap(alias -> golden.versions(alias).stream());
  }

  private void read(StoredVersion version) {
    List<Finding> findings = reader.read(version.json());
    findings.forEach(finding -> problems.add(Problem.ofReading(version.toString(), finding)));
    if (!findings.isEmpty()) {
      broken.add(version);
    }
  }

  private void compareWith(StoredVersion newest, String json) {
    SampleChanges changes = new SampleChanges(sample, json, reader);
    List<String> found = changes.ofShape(newest);
    if (found.isEmpty() && settings.comparingValues()) {
      found = changes.ofValues(newest);
    }
    if (!found.isEmpty()) {
      need(
          newest.number() + 1,
          json,
          "the sample differs from version %s (%s): %s; %s"
              .formatted(
                  newest.number(), newest.file(), String.join(", ", found), whatCanBeWorked()));
    }
  }

  private String whatCanBeWorked() {
    return broken.isEmpty()
        ? "stored jobs of all versions can be worked"
        : "stored jobs of version %s can't be worked as they were, see above"
            .formatted(broken.stream().map(this::number).collect(Collectors.joining(", ")));
  }

  private String number(StoredVersion version) {
    return version.kind().equals(kind)
        ? String.valueOf(version.number())
        : "%s of \"%s\"".formatted(version.number(), version.kind());
  }

  /** A version that the class itself can't read back is of no use. */
  private void need(int number, String json, String why) {
    List<Finding> unreadable = reader.read(json);
    if (!unreadable.isEmpty()) {
      unreadable.forEach(
          finding ->
              problems.add(Problem.ofReading("kind \"%s\", its sample".formatted(kind), finding)));
    } else if (!settings.recording()) {
      add(
          "%s; %s version %s with -Driver.args.record=true, or RIVER_ARGS_RECORD=true in the environment, and commit it"
              .formatted(why, broken.isEmpty() ? "record" : "mend that, then record", number));
    } else if (broken.isEmpty()) {
      golden.write(kind, number, json);
    } else {
      add("%s; version %s was not recorded".formatted(why, number));
    }
  }

  private void add(String text) {
    problems.add(Problem.ofKind(kind, text));
  }
}
