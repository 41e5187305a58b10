package dev.river.test;

import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.query.JobPage;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says what is in the database, in the words of a failure's message. */
final class Descriptions {
  /** How many jobs one message tells of. */
  static final int MOST_JOBS = 10;

  private static final int LONGEST_JSON = 200;

  private Descriptions() {}

  /** {@return a class of arguments and its kind} */
  static String of(Class<? extends JobArgs> argsClass) {
    return "kind \"%s\" (%s)".formatted(JobArgs.kindOf(argsClass), argsClass.getSimpleName());
  }

  /** {@return a state as the database names it} */
  static String of(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** {@return a job, with what is unusual about it} */
  static String of(JobRow job) {
    StringBuilder words = new StringBuilder();
    words.append("job %s of kind \"%s\"".formatted(job.id(), job.kind()));
    words.append(", %s in queue %s".formatted(of(job.state()), job.queue()));
    if (job.state() == JobState.SCHEDULED || job.state() == JobState.RETRYABLE) {
      words.append(" for ").append(job.scheduledAt());
    }
    if (job.priority() != 1) {
      words.append(", priority ").append(job.priority());
    }
    if (job.attempt() > 0) {
      words.append(", attempt %s of %s".formatted(job.attempt(), job.maxAttempts()));
    }
    if (!job.tags().isEmpty()) {
      words.append(", tags ").append(job.tags());
    }
    if (!job.metadata().equals("{}")) {
      words.append(", metadata ").append(shortened(job.metadata()));
    }
    return words.append(": ").append(shortened(job.encodedArgs())).toString();
  }

  /** {@return a number of jobs} */
  static String ofCount(int count) {
    return count == 1 ? "1 job" : count + " jobs";
  }

  /** {@return some states, always in the same order} */
  static List<String> ofStates(Collection<JobState> states) {
    return states.stream().sorted().map(Descriptions::of).toList();
  }

  /** {@return which jobs there are: the first ones each on a line of its own} */
  static String ofJobs(List<JobRow> jobs) {
    String lines =
        jobs.stream().limit(MOST_JOBS).map(job -> "\n  " + of(job)).collect(Collectors.joining());
    return jobs.size() + ":" + lines + ofMore(jobs.size() - MOST_JOBS);
  }

  /** {@return that there are more than are told of, if there are} */
  static String ofMore(int more) {
    return more > 0 ? "\n  ... and %s more".formatted(more) : "";
  }

  /** {@return how many jobs of which kinds there are, as far as they are on a first page} */
  static String ofKinds(JobPage first) {
    String which =
        first.next().isPresent() ? "of the first %s ".formatted(first.jobs().size()) : "";
    return which + ofKinds(first.jobs());
  }

  /** {@return how many of some jobs are of which kinds} */
  static String ofKinds(List<? extends JobRow> jobs) {
    Map<String, Long> counts =
        jobs.stream()
            .collect(Collectors.groupingBy(JobRow::kind, TreeMap::new, Collectors.counting()));
    String words =
        counts.entrySet().stream()
            .map(count -> "%s of kind \"%s\"".formatted(count.getValue(), count.getKey()))
            .collect(Collectors.joining(", "));
    return words.isEmpty()
        ? "there is no job of any kind"
        : (words.startsWith("1 ") ? "there is " : "there are ") + words;
  }

  /** {@return arguments as they would be stored} */
  static String ofArgs(JobArgs args) {
    return "args " + shortened(Json.CODEC.encodeArgs(args));
  }

  /** {@return how one field differs} */
  static String ofDifference(String field, Object wanted, Object found) {
    return "%s: expected %s, got %s".formatted(field, wanted, found);
  }

  private static String shortened(String json) {
    return json.length() <= LONGEST_JSON ? json : json.substring(0, LONGEST_JSON) + "...";
  }
}
