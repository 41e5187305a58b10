package dev.river.test;

import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what is in the database, in the words of a failure's message. */
final class Descriptions {
  private static final int MOST_JOBS = 10;
  private static final int LONGEST_ARGS = 200;

  private Descriptions() {}

  /** {@return a class of arguments and its kind} */
  static String of(Class<? extends JobArgs> argsClass) {
    return "kind \"%s\" (%s)".formatted(JobArgs.kindOf(argsClass), argsClass.getSimpleName());
  }

  /** {@return which jobs there are: the first ones each on a line of its own} */
  static String ofJobs(List<JobRow> jobs) {
    String lines =
        jobs.stream().limit(MOST_JOBS).map(Descriptions::of).collect(Collectors.joining());
    int more = jobs.size() - MOST_JOBS;
    return jobs.size() + ":" + lines + (more > 0 ? "\n  ... and %d more".formatted(more) : "");
  }

  /** {@return how many jobs of which kinds there are} */
  static String ofCounts(Map<String, Integer> countByKind) {
    return countByKind.isEmpty()
        ? "there is no job of any kind"
        : countByKind.entrySet().stream()
            .map(kind -> "%d of kind \"%s\"".formatted(kind.getValue(), kind.getKey()))
            .collect(Collectors.joining(", ", "there are ", ""));
  }

  private static String of(JobRow job) {
    return "\n  job %d, %s in queue %s: %s"
        .formatted(
            job.id(),
            job.state().toString().toLowerCase(Locale.ROOT),
            job.queue(),
            shortened(job.encodedArgs()));
  }

  private static String shortened(String args) {
    return args.length() <= LONGEST_ARGS ? args : args.substring(0, LONGEST_ARGS) + "...";
  }
}
