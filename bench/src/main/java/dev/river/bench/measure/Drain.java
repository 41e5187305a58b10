package dev.river.bench.measure;

import dev.river.bench.client.Inserted;
import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.Work;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.system.JobSystem;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** Inserts jobs, and works them until there are none: what several measures do. */
final class Drain {
  /** The number of the first job. Those before are for measures that look at single jobs. */
  static final long FIRST = 100_000_000;

  private static final int FEWEST = 100;
  private static final int MOST = 20_000;

  /** Some look for jobs every five seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final JobSystem system;
  private final BenchDatabase database;
  private final List<JobClient> clients;
  private final AtomicLong next;

  /**
   * Creates it.
   *
   * @param system the framework
   * @param database where its jobs are
   * @param clients work them together; the first one inserts them
   */
  Drain(JobSystem system, BenchDatabase database, List<JobClient> clients) {
    this(system, database, clients, new AtomicLong(FIRST));
  }

  private Drain(
      JobSystem system, BenchDatabase database, List<JobClient> clients, AtomicLong next) {
    this.system = system;
    this.database = database;
    this.clients = clients;
    this.next = next;
  }

  /** {@return the same with other clients} */
  Drain with(List<JobClient> others) {
    return new Drain(system, database, others, next);
  }

  /** {@return the work of jobs that do nothing, with as many workers as suits the framework} */
  Work nothing() {
    return new Work(system.bestWorkers(), new Work.Nothing(), 0, 0);
  }

  /**
   * {@return how many jobs were inserted, in batches}
   *
   * @param count how many are wanted
   * @param limit how long it may take; slow frameworks get less to work
   */
  int fill(int count, Duration limit) {
    return Math.toIntExact(insert(Insertion.Way.BATCH, count, limit).count());
  }

  /**
   * Inserts jobs with one thread.
   *
   * @param way how
   * @param count how many are wanted
   * @param limit how long it may take
   */
  Inserted insert(Insertion.Way way, int count, Duration limit) {
    // some frameworks know their jobs by their numbers
    Insertion insertion = new Insertion(way, next.getAndAdd(count), count, 1, limit);
    return clients.getFirst().insert(insertion);
  }

  /**
   * Has it work some jobs that don't count, so that all of its code has run before: twice as many
   * again and again, so that none are left when the time is over, however slow it is.
   */
  void warmUp(Scale scale) {
    long deadline = System.nanoTime() + scale.millis(100, 400, 15_000).toNanos();
    int jobs = FEWEST;
    do {
      work(nothing(), fill(jobs, PATIENCE), PATIENCE);
      jobs = Math.min(2 * jobs, MOST);
    } while (System.nanoTime() - deadline < 0);
  }

  /**
   * Works what there is, and stops.
   *
   * @param work how
   * @param jobs how many there are
   * @param limit how long after the first has begun it stops in any case
   */
  Worked work(Work work, int jobs, Duration limit) {
    clients.forEach(client -> client.start(work));
    Waiting.until(() -> started() > 0, PATIENCE);
    boolean all = Waiting.until(() -> started() >= jobs && isEmpty(), limit);
    long endedAt = System.nanoTime();
    long started = started();
    long beganAt =
        firstStartedAt()
            .orElseThrow(() -> new IllegalStateException("no job has begun within " + PATIENCE));
    clients.forEach(JobClient::stop);
    return new Worked(started, Duration.ofNanos(endedAt - beganAt), all);
  }

  private long started() {
    return clients.stream().mapToLong(JobClient::started).sum();
  }

  private OptionalLong firstStartedAt() {
    return clients.stream().flatMapToLong(client -> client.firstStartedAt().stream()).min();
  }

  private boolean isEmpty() {
    return !database.sql().is(system.unfinished());
  }
}
