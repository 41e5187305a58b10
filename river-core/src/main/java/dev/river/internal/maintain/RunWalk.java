package dev.river.internal.maintain;

import dev.river.periodic.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A walk through the runs of a schedule, from one of them up to the present, of which the last ones
 * are kept.
 *
 * @param last the last runs
 * @param steps how many runs there were
 * @param next the first one that was not looked at; after the present unless the walk was too long
 * @param isComplete whether it came to the present
 */
record RunWalk(Deque<Instant> last, int steps, Optional<Instant> next, boolean isComplete) {
  /**
   * So many runs are gone through one by one, whatever the schedule; some hundredths of a second.
   */
  private static final int LONGEST = 10_000;

  private static final int LONGEST_OF_SEARCH = 100;

  /**
   * {@return the last runs up to the present} The work is bounded: where a client was away for a
   * year, a schedule of every second had 31 million runs since then. They are counted from the end.
   *
   * @param schedule the schedule
   * @param planned the run to begin with
   * @param now the present
   * @param most how many of the runs to keep
   */
  static RunWalk upTo(Schedule schedule, Instant planned, Instant now, int most) {
    RunWalk walk = new Search(schedule, now, most, LONGEST).from(Optional.of(planned));
    return walk.isComplete()
        ? walk
        : new Search(schedule, now, most, Math.max(2 * most, LONGEST_OF_SEARCH))
            .fromTheEnd(planned);
  }

  /** What a walk is about. */
  private record Search(Schedule schedule, Instant now, int most, int longest) {

    RunWalk from(Optional<Instant> first) {
      Deque<Instant> last = new ArrayDeque<>();
      Optional<Instant> run = first;
      int steps = 0;
      while (isDue(run) && steps < longest) {
        steps++;
        if (last.size() == most) {
          last.removeFirst();
        }
        last.addLast(run.orElseThrow());
        run = DueRuns.after(schedule, run.orElseThrow());
      }
      return new RunWalk(last, steps, run, !isDue(run));
    }

    private boolean isDue(Optional<Instant> run) {
      return run.isPresent() && !run.get().isAfter(now);
    }

    /** Halves the time until it holds enough runs, and not many more. */
    RunWalk fromTheEnd(Instant run) {
      Instant early = run; // too many runs come after it
      Instant late = now; // too few
      RunWalk best = after(run, now);
      for (Instant middle = middle(early, late);
          middle.isAfter(early) && best.steps() < most;
          middle = middle(early, late)) {
        RunWalk walk = after(run, middle);
        if (walk.isComplete()) {
          late = middle;
          best = walk;
        } else {
          early = middle;
        }
      }
      return best;
    }

    private RunWalk after(Instant run, Instant time) {
      return from(DueRuns.after(schedule, schedule.skip(run, time)));
    }

    private static Instant middle(Instant early, Instant late) {
      return early.plus(Duration.between(early, late).dividedBy(2)).truncatedTo(ChronoUnit.MICROS);
    }
  }
}
