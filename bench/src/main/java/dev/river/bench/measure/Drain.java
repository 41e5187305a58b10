package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.Work;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.system.Ability;
import dev.river.bench.system.JobSystem;
import java.time.Duration;

/** Inserts jobs, and works them until there are none: what several measures do. */
final class Drain {
  private static final int INSERTERS = 16;

  private final JobSystem system;
  private final BenchDatabase database;
  private final JobClient client;

  Drain(JobSystem system, BenchDatabase database, JobClient client) {
    this.system = system;
    this.database = database;
    this.client = client;
  }

  /** {@return how many threads the client needs to insert with} */
  static int inserters(JobSystem system) {
    return system.lack(Ability.BATCHES).isPresent() ? INSERTERS : 1;
  }

  /** {@return the work of jobs that do nothing, with as many workers as suits the framework} */
  Work nothing() {
    return new Work(system.bestWorkers(), new Work.Nothing(), 0, 0);
  }

  /**
   * {@return how many jobs were inserted, in the fastest way the framework has but for COPY}
   *
   * @param first the number of the first one
   * @param count how many are wanted
   * @param limit how long it may take; slow frameworks get less to work
   */
  int fill(long first, int count, Duration limit) {
    boolean batches = system.lack(Ability.BATCHES).isEmpty();
    Insertion insertion =
        new Insertion(
            batches ? Insertion.Way.BATCH : Insertion.Way.SINGLE,
            first,
            count,
            inserters(system),
            limit);
    return Math.toIntExact(client.insert(insertion).count());
  }

  /** Has it work some jobs that don't count, so that all of its code has run before. */
  void warmUp(Scale scale) {
    int jobs = fill(0, scale.of(100, 3_000, 20_000), scale.millis(1_000, 1_000, 10_000));
    work(nothing(), jobs, scale.millis(5_000, 2_000, 20_000));
  }

  /**
   * Works what there is, and stops.
   *
   * @param work how
   * @param jobs how many there are
   * @param limit after how long it stops in any case
   */
  Worked work(Work work, int jobs, Duration limit) {
    client.start(work);
    boolean all = Waiting.until(() -> client.started() >= jobs && isEmpty(), limit);
    long endedAt = System.nanoTime();
    long started = client.started();
    long beganAt =
        client
            .firstStartedAt()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no job has begun within " + limit.toSeconds() + " s"));
    client.stop();
    return new Worked(started, Duration.ofNanos(endedAt - beganAt), all);
  }

  private boolean isEmpty() {
    return !database.sql().is(system.unfinished());
  }
}
