package dev.river.bench.measure;

import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Unit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long something took, many times: in the middle, and where it is bad. */
final class Latencies {
  private static final long LONGEST = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;

  private final Histogram micros = new Histogram(LONGEST, DIGITS);

  /** Adds one. What seems to have taken less than nothing has taken nothing. */
  void add(Duration time) {
    micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(time.toNanos()), 0, LONGEST));
  }

  /**
   * Adds those of many jobs, from when each was committed to when it began. Those that were not
   * committed are passed over.
   *
   * @param commits when they were committed, 0 for never
   * @param starts when they began, 0 for never, which counts as at the end
   * @param end when nobody waited any more
   */
  void addAll(long[] commits, long[] starts, long end) {
    for (int i = 0; i < commits.length; i++) {
      if (commits[i] != 0) {
        add(Duration.ofNanos((starts[i] == 0 ? end : starts[i]) - commits[i]));
      }
    }
  }

  long count() {
    return micros.getTotalCount();
  }

  /** {@return so many milliseconds or less it took so often} */
  double millis(double percent) {
    return micros.getValueAtPercentile(percent) / 1e3;
  }

  /** The figures that are shown of latencies. */
  record Metrics(Metric median, Metric p95, Metric p99) {
    static Metrics of(String id, String title) {
      return new Metrics(
          new Metric(id + "-p50", title + " p50", Unit.MILLIS),
          new Metric(id + "-p95", title + " p95", Unit.MILLIS),
          new Metric(id + "-p99", title + " p99", Unit.MILLIS));
    }

    List<Metric> all() {
      return List.of(median, p95, p99);
    }

    void found(Latencies latencies, Findings findings) {
      findings.found(median, latencies.millis(50));
      findings.found(p95, latencies.millis(95));
      findings.found(p99, latencies.millis(99));
    }

    void missing(String reason, Findings findings) {
      all().forEach(metric -> findings.missing(metric, reason));
    }
  }
}
