package dev.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.JobArgs;
import dev.river.periodic.MissedRuns;
import dev.river.periodic.PeriodicJob;
import dev.river.periodic.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueRunsTest {
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00.250Z");
  private static final Instant A_YEAR_AGO = Instant.parse("2025-11-27T12:00:00Z");
  private static final int BOUND = 1_000_000;

  record Args() implements JobArgs {
    @Override
    public String kind() {
      return "run";
    }
  }

  /** Counts how often it is asked. */
  private static final class Counted implements Schedule {
    private final Schedule schedule;
    private int asked;

    Counted(Schedule schedule) {
      this.schedule = schedule;
    }

    @Override
    public Optional<Instant> next(Instant after) {
      asked++;
      return schedule.next(after);
    }

    @Override
    public Instant skip(Instant run, Instant time) {
      return schedule.skip(run, time);
    }

    @Override
    public String text() {
      return schedule.text();
    }
  }

  private static DueRuns due(Schedule schedule, MissedRuns missedRuns, Instant planned) {
    PeriodicJob job = PeriodicJob.of(schedule, Args::new).id("job").missedRuns(missedRuns);
    return DueRuns.of(job, planned, Instant.MIN, NOW);
  }

  @Test
  void countsAScheduleOfEverySecondFromTheEndAfterAYear() {
    Counted everySecond = new Counted(Schedule.cron("* * * * * *"));

    DueRuns last = due(everySecond, MissedRuns.runOnce(), A_YEAR_AGO);

    assertThat(last.runs()).containsExactly(Instant.parse("2026-11-27T12:00:00Z"));
    assertThat(last.next()).contains(Instant.parse("2026-11-27T12:00:01Z"));
    assertThat(everySecond.asked).isLessThan(BOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "* * * * * *, 10000, PT20H",
    "*/7 * * * * *, 10000, P5D",
    "* * * 13 * *, 10000, P20D",
    "* 0 3 26 11 *, 20, P400D",
    "0/5 * * * * MON, 3, P8D",
    "@every 3s, 10000, P2D",
    "@every 1s, 1, PT9H",
  })
  void findsTheVeryRunsThatAWalkFinds(String expression, int max, Duration away) {
    Schedule schedule = Schedule.cron(expression, PARIS);
    Instant planned = schedule.next(NOW.minus(away)).orElseThrow();
    Counted counted = new Counted(schedule);

    DueRuns due = due(counted, MissedRuns.runAll(max), planned);

    List<Instant> walked = walk(schedule, planned);
    Instant next = schedule.next(walked.getLast()).orElseThrow();
    assertThat(due.runs()).isEqualTo(walked.subList(walked.size() - max, walked.size()));
    assertThat(due.next()).contains(next);
    assertThat(counted.asked).isLessThan(BOUND);
  }

  @Test
  void keepsTheRunsOfAnIntervalAMultipleOfItApart() {
    Schedule interval = Schedule.every(Duration.ofNanos(700_001_000));
    Counted counted = new Counted(interval);
    Instant planned = NOW.minus(Duration.ofHours(5));

    DueRuns due = due(counted, MissedRuns.runAll(50), planned);

    List<Instant> walked = walk(interval, planned);
    assertThat(due.runs()).isEqualTo(walked.subList(walked.size() - 50, walked.size()));
    assertThat(due.next()).isEqualTo(interval.next(walked.getLast()));
    assertThat(counted.asked).isLessThan(BOUND);
  }

  @Test
  void goesToTheLastRunsOfThousandsRunByRun() {
    Schedule hourly = Schedule.cron("0 * * * *");

    DueRuns due = due(hourly, MissedRuns.runAll(10_000), A_YEAR_AGO);

    assertThat(due.runs()).isEqualTo(walk(hourly, A_YEAR_AGO)).hasSize(8_761);
  }

  @Test
  void keepsAllOfJustMoreRunsThanItGoesThrough() {
    Schedule schedule = Schedule.every(Duration.ofSeconds(1));
    Instant planned = Instant.parse("2026-11-27T12:00:00Z").minusSeconds(10_100);

    DueRuns due = due(schedule, MissedRuns.runAll(10_000), planned);

    assertThat(due.runs()).hasSize(10_000).endsWith(Instant.parse("2026-11-27T12:00:00Z"));
  }

  @Test
  void leavesOutWhatIsLateAfterAYear() {
    Counted everyMinute = new Counted(Schedule.cron("30 * * * * *"));

    DueRuns due = due(everyMinute, MissedRuns.skip(), A_YEAR_AGO);

    assertThat(due.runs()).containsExactly(Instant.parse("2026-11-27T11:59:30Z"));
    assertThat(everyMinute.asked).isLessThan(BOUND);
  }

  @Test
  void makesUpForNothingThatWasDueBeforeAnotherTime() {
    PeriodicJob job =
        PeriodicJob.of(Schedule.cron("* * * * * *"), Args::new)
            .id("job")
            .missedRuns(MissedRuns.runAll(100));
    Instant resumed = Instant.parse("2026-11-27T11:59:58Z");

    DueRuns due = DueRuns.of(job, A_YEAR_AGO, resumed, NOW);

    assertThat(due.runs()).containsExactly(resumed.plusSeconds(1), resumed.plusSeconds(2));
  }

  /** Its runs depend on the run before them, and it does not say how to skip any. */
  @Test
  void bringsAnyScheduleToThePresent() {
    Schedule steps =
        new Schedule() {
          @Override
          public Optional<Instant> next(Instant after) {
            return Optional.of(after.plusMillis(300));
          }

          @Override
          public String text() {
            return "steps";
          }
        };
    Counted counted = new Counted(steps);

    DueRuns due = due(counted, MissedRuns.runOnce(), A_YEAR_AGO);

    assertThat(due.runs()).singleElement().matches(run -> run.isAfter(NOW.minusMillis(301)));
    assertThat(due.next()).hasValueSatisfying(next -> assertThat(next).isAfter(NOW));
    assertThat(counted.asked).isLessThan(BOUND);
  }

  @Test
  void bringsAScheduleThatEndsToItsEnd() {
    Instant end = Instant.parse("2026-06-01T00:00:00Z");
    Schedule cron = Schedule.cron("* * * * * *");
    Schedule ending =
        new Schedule() {
          @Override
          public Optional<Instant> next(Instant after) {
            return cron.next(after).filter(end::isAfter);
          }

          @Override
          public String text() {
            return "ending";
          }
        };

    DueRuns due = due(ending, MissedRuns.runOnce(), A_YEAR_AGO);

    assertThat(due.runs()).containsExactly(end.minusSeconds(1));
    assertThat(due.next()).isEmpty();
  }

  private static List<Instant> walk(Schedule schedule, Instant planned) {
    List<Instant> runs = new ArrayList<>();
    for (Instant run = planned; !run.isAfter(NOW); run = schedule.next(run).orElseThrow()) {
      runs.add(run);
    }
    return runs;
  }
}
