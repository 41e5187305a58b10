package dev.river.internal.work;

import dev.river.error.JobNotFoundException;
import dev.river.internal.store.JobContents;
import dev.river.internal.store.JobQueries;
import dev.river.internal.store.QueueStore;
import dev.river.job.JobRow;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Claims jobs one at a time. Thread-safe. */
public final class InlineClaims {
  private final ClaimSource source;
  private final QueueStore queues;
  private final JobQueries queries;

  /**
   * Creates it.
   *
   * @param source where jobs are claimed, and for whom
   * @param queues tells which queues are paused
   * @param queries finds jobs
   */
  public InlineClaims(ClaimSource source, QueueStore queues, JobQueries queries) {
    this.source = source;
    this.queues = queues;
    this.queries = queries;
  }

  /**
   * {@return the first due job of the first queue that has one and is not paused}
   *
   * @param names the queues
   */
  public Optional<JobRow> next(Collection<String> names) {
    Map<String, Boolean> paused = source.database().call(db -> queues.paused(db, names));
    return names.stream()
        .filter(name -> !paused.getOrDefault(name, false))
        .map(this::nextOf)
        .flatMap(List::stream)
        .findFirst();
  }

  private List<JobRow> nextOf(String queue) {
    return claimer(queue).claim(1);
  }

  /**
   * {@return a job, claimed}
   *
   * @param id its number
   * @throws JobNotFoundException if there is none of that number
   * @throws IllegalStateException if it runs or has ended
   */
  public JobRow one(long id) {
    JobRow claimed =
        source
            .database()
            .call(db -> source.claims().claimOne(db, id, source.clientId()))
            .orElseThrow(() -> notWaiting(id));
    return JobContents.areRead(claimed)
        ? claimed
        : source.database().call(db -> JobContents.read(db, List.of(claimed))).getFirst().row();
  }

  /** One that has no other jobs in memory. */
  private Claimer claimer(String queue) {
    return new Claimer(source, queue, new ClaimedJobs());
  }

  private RuntimeException notWaiting(long id) {
    return source
        .database()
        .call(db -> queries.get(db, id))
        .<RuntimeException>map(
            job ->
                new IllegalStateException(
                    "only a job that waits can be worked, job %s is %s"
                        .formatted(id, job.state().toString().toLowerCase(Locale.ROOT))))
        .orElseGet(() -> new JobNotFoundException(id));
  }
}
