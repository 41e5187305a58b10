package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.JobNotFoundException;
import dev.river.event.WorkedJob;
import dev.river.internal.maintain.InlinePeriodicRuns;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobSchedules;
import dev.river.internal.work.InlineClaims;
import dev.river.internal.work.InlineRunner;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Works jobs in the calling thread, one after the other, as a client does that runs: with its
 * workers, extensions, timeouts and retry policy, and with the same events. The client need not be
 * started. It is for tests, and for programs that work what there is and end.
 *
 * <pre>{@code
 * InlineWork work = client.inline();
 * work.schedule();
 * while (work.workNext(List.of("default")).isPresent()) {}
 * }</pre>
 *
 * <p>The calling thread is interrupted while it is in a worker that runs into its timeout; it comes
 * back uninterrupted. Nothing waits: a job that is to be worked later stays in the database. If the
 * process dies meanwhile, the job stays running until a client finds it too old: see {@link
 * RiverClientBuilder#rescueStuckJobsAfter}.
 *
 * <p>Thread-safe. Every method throws a {@link DatabaseException} if the database refuses a
 * statement or can't be reached, and an {@link IllegalStateException} if the client is closed.
 */
public final class InlineWork {
  private static final int LARGEST_BATCH = 1_000;

  private final InsertingClient client;
  private final Database database;
  private final InlineClaims claims;
  private final InlineRunner runner;
  private final InlinePeriodicRuns periodicRuns;
  private final JobSchedules schedules = new JobSchedules();

  InlineWork(
      InsertingClient client,
      Database database,
      InlineClaims claims,
      InlineRunner runner,
      InlinePeriodicRuns periodicRuns) {
    this.client = client;
    this.database = database;
    this.claims = claims;
    this.runner = runner;
    this.periodicRuns = periodicRuns;
  }

  /**
   * Works one job that is due: of the first queue that has one and is not paused, the first one in
   * the order in which clients work them.
   *
   * @param queues the queues, whether the client works them or not
   * @return what became of it; empty if no job is due
   * @throws IllegalArgumentException if there are no queues
   * @throws IllegalStateException if the job was ended by somebody else or deleted while it ran
   */
  public Optional<WorkedJob> workNext(Collection<String> queues) {
    checkQueues(queues);
    return claims.next(List.copyOf(queues)).map(runner::run);
  }

  /**
   * Works a job that waits, whatever its queue and whether its time has come or not.
   *
   * @param id its number
   * @return what became of it
   * @throws JobNotFoundException if there is none of that number
   * @throws IllegalStateException if it runs or has ended, or was ended by somebody else or deleted
   *     while it ran
   */
  public WorkedJob work(long id) {
    client.checkOpen();
    return runner.run(claims.one(id));
  }

  /**
   * Inserts a job and works it at once. Nobody else gets it, it need not wait for its time, and it
   * does not matter whether it is unique.
   *
   * @param args its arguments
   * @param opts the options of the call
   * @return what became of it
   * @throws IllegalArgumentException if something about the job is invalid
   * @throws IllegalStateException if it was ended by somebody else or deleted while it ran
   */
  public WorkedJob work(JobArgs args, InsertOpts opts) {
    return work(client.insertAside(args, opts).row().id());
  }

  /**
   * Makes jobs available that wait for a time that has come, in all queues, as the leader does.
   *
   * @return how many that were
   */
  public int schedule() {
    client.checkOpen();
    int all = 0;
    int moved = LARGEST_BATCH;
    while (moved == LARGEST_BATCH) {
      moved = database.callAtomically(db -> schedules.schedule(db, LARGEST_BATCH)).moved();
      all += moved;
    }
    return all;
  }

  /**
   * Plans the first runs of the client's periodic jobs, as its start would. Does nothing for those
   * whose runs are planned already.
   */
  public void planPeriodicJobs() {
    client.checkOpen();
    periodicRuns.plan();
  }

  /**
   * Inserts the jobs of the client's periodic jobs that are due, those without an id too, whoever
   * leads. Those that were not planned before are from now on.
   */
  public void runPeriodicJobs() {
    client.checkOpen();
    periodicRuns.run();
  }

  /**
   * {@return when there will be something to do next: when a job of some queues is due that is not
   * due yet, or one of the client's periodic jobs; empty if nothing waits for a time}
   *
   * @param queues the queues
   * @throws IllegalArgumentException if there are none
   */
  public Optional<Instant> nextDueAt(Collection<String> queues) {
    checkQueues(queues);
    Optional<Instant> job = database.call(db -> schedules.nextDueAt(db, queues));
    return Stream.concat(job.stream(), periodicRuns.nextRunAt().stream()).min(Instant::compareTo);
  }

  private void checkQueues(Collection<String> queues) {
    client.checkOpen();
    if (queues.isEmpty()) {
      throw new IllegalArgumentException("queues must not be empty");
    }
  }
}
