package dev.river.periodic;

import dev.river.job.Insert;
import dev.river.job.JobArgs;
import dev.river.job.Names;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A job that is inserted again and again: when, and what.
 *
 * <pre>{@code
 * PeriodicJob.every(Duration.ofMinutes(15), () -> new ReportArgs()).id("report").runOnStart();
 * PeriodicJob.cron("30 3 * * MON-FRI", ZoneId.of("Europe/Paris"), () -> new NightlyArgs())
 *     .id("nightly");
 * }</pre>
 *
 * <p>With an {@link #id(String) id}, when it is due next is kept in the database: each run is
 * inserted exactly once, by any of the clients that have it, whatever starts, stops or dies.
 * Without one it lives in memory only, and the client that leads the fleet inserts its jobs; its
 * interval begins anew with each new leader.
 *
 * <p>What the job is made of is said by a function that returns its arguments, or by a {@link
 * JobConstructor}, which may give it options or leave a run out. Jobs are inserted as by the
 * client's own {@code insert}, with the time of the run as {@code scheduledAt} if no options say
 * something else, and {@code periodic} in their metadata.
 *
 * <p>Immutable: each setting returns a new one.
 */
public final class PeriodicJob {
  private final Schedule schedule;
  private final JobConstructor constructor;
  private final @Nullable String id;
  private final boolean runsOnStart;
  private final MissedRuns missedRuns;
  private final OverlapPolicy overlap;

  private PeriodicJob(
      Schedule schedule,
      JobConstructor constructor,
      @Nullable String id,
      boolean runsOnStart,
      MissedRuns missedRuns,
      OverlapPolicy overlap) {
    this.schedule = schedule;
    this.constructor = constructor;
    this.id = id;
    this.runsOnStart = runsOnStart;
    this.missedRuns = missedRuns;
    this.overlap = overlap;
  }

  /**
   * {@return a job that is due at an interval, first when one interval has passed}
   *
   * @param interval as in {@link Schedule#every}
   * @param args makes its arguments
   * @throws IllegalArgumentException if the interval is out of range
   */
  public static PeriodicJob every(Duration interval, Supplier<? extends JobArgs> args) {
    return of(Schedule.every(interval), args);
  }

  /**
   * {@return a job that is due at an interval, first when one interval has passed}
   *
   * @param interval as in {@link Schedule#every}
   * @param constructor makes it
   * @throws IllegalArgumentException if the interval is out of range
   */
  public static PeriodicJob every(Duration interval, JobConstructor constructor) {
    return of(Schedule.every(interval), constructor);
  }

  /**
   * {@return a job that is due when a cron expression says, in UTC}
   *
   * @param expression as in {@link Schedule#cron(String, ZoneId)}
   * @param args makes its arguments
   * @throws IllegalArgumentException if the expression is not valid
   */
  public static PeriodicJob cron(String expression, Supplier<? extends JobArgs> args) {
    return of(Schedule.cron(expression), args);
  }

  /**
   * {@return a job that is due when a cron expression says, in UTC}
   *
   * @param expression as in {@link Schedule#cron(String, ZoneId)}
   * @param constructor makes it
   * @throws IllegalArgumentException if the expression is not valid
   */
  public static PeriodicJob cron(String expression, JobConstructor constructor) {
    return of(Schedule.cron(expression), constructor);
  }

  /**
   * {@return a job that is due when a cron expression says}
   *
   * @param expression as in {@link Schedule#cron(String, ZoneId)}
   * @param zone its time zone
   * @param args makes its arguments
   * @throws IllegalArgumentException if the expression is not valid
   */
  public static PeriodicJob cron(String expression, ZoneId zone, Supplier<? extends JobArgs> args) {
    return of(Schedule.cron(expression, zone), args);
  }

  /**
   * {@return a job that is due when a cron expression says}
   *
   * @param expression as in {@link Schedule#cron(String, ZoneId)}
   * @param zone its time zone
   * @param constructor makes it
   * @throws IllegalArgumentException if the expression is not valid
   */
  public static PeriodicJob cron(String expression, ZoneId zone, JobConstructor constructor) {
    return of(Schedule.cron(expression, zone), constructor);
  }

  /**
   * {@return a job that is due when a schedule says}
   *
   * @param schedule the schedule
   * @param args makes its arguments
   */
  public static PeriodicJob of(Schedule schedule, Supplier<? extends JobArgs> args) {
    Objects.requireNonNull(args, "args");
    return of(schedule, () -> Optional.of(Insert.of(args.get())));
  }

  /**
   * {@return a job that is due when a schedule says}
   *
   * @param schedule the schedule
   * @param constructor makes it
   */
  public static PeriodicJob of(Schedule schedule, JobConstructor constructor) {
    return new PeriodicJob(
        Objects.requireNonNull(schedule, "schedule"),
        Objects.requireNonNull(constructor, "constructor"),
        null,
        false,
        MissedRuns.runOnce(),
        OverlapPolicy.ALLOW);
  }

  /**
   * Names the job, so that its next run is kept in the database. Default: no name.
   *
   * @param id a name that {@link Names#checkPeriodicJobId} accepts; a client checks it when it
   *     takes the job
   * @return such a job
   */
  public PeriodicJob id(String id) {
    return new PeriodicJob(
        schedule, constructor, Objects.requireNonNull(id, "id"), runsOnStart, missedRuns, overlap);
  }

  /**
   * Makes the first run due at once. Default: it is due when the schedule says. With an id, the
   * first run is when the first of all clients takes the job up; later starts make no run. Without
   * one, it is each time that a client begins to lead.
   *
   * @return such a job
   */
  public PeriodicJob runOnStart() {
    return new PeriodicJob(schedule, constructor, id, true, missedRuns, overlap);
  }

  /**
   * Sets what becomes of runs that nobody could insert when they were due. Default: {@link
   * MissedRuns#runOnce}. Only a job with an id can miss a run, as others know no time before their
   * leader's.
   *
   * @param missedRuns what becomes of them
   * @return such a job
   */
  public PeriodicJob missedRuns(MissedRuns missedRuns) {
    return new PeriodicJob(
        schedule,
        constructor,
        id,
        runsOnStart,
        Objects.requireNonNull(missedRuns, "missedRuns"),
        overlap);
  }

  /**
   * Sets whether a run is left out while the job of the run before has not ended. Default: {@link
   * OverlapPolicy#ALLOW}.
   *
   * @param overlap the policy
   * @return such a job
   */
  public PeriodicJob overlap(OverlapPolicy overlap) {
    return new PeriodicJob(
        schedule,
        constructor,
        id,
        runsOnStart,
        missedRuns,
        Objects.requireNonNull(overlap, "overlap"));
  }

  /** {@return when it is due} */
  public Schedule schedule() {
    return schedule;
  }

  /** {@return what makes its jobs} */
  public JobConstructor constructor() {
    return constructor;
  }

  /** {@return its name, if it has one} */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /** {@return whether its first run is due at once} */
  public boolean runsOnStart() {
    return runsOnStart;
  }

  /** {@return what becomes of missed runs} */
  public MissedRuns missedRuns() {
    return missedRuns;
  }

  /** {@return whether a run is left out while the job before has not ended} */
  public OverlapPolicy overlap() {
    return overlap;
  }

  /** {@return its name or that it has none, and its schedule} */
  @Override
  public String toString() {
    return "%s (%s)".formatted(id == null ? "a job without id" : id, schedule.text());
  }
}
