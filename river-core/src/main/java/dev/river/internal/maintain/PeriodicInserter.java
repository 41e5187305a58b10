package dev.river.internal.maintain;

import dev.river.error.RiverException;
import dev.river.internal.service.UserCode;
import dev.river.internal.store.PeriodicJobStore;
import dev.river.internal.store.StoredJob;
import dev.river.job.Insert;
import dev.river.periodic.OverlapPolicy;
import dev.river.periodic.PeriodicJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inserts the jobs of periodic jobs. Thread-safe. */
public final class PeriodicInserter {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicInserter.class);

  private final PeriodicJobStore store;
  private final PeriodicInsertion insertion;

  /**
   * Creates it.
   *
   * @param store keeps the runs of those with an id
   * @param insertion inserts
   */
  public PeriodicInserter(PeriodicJobStore store, PeriodicInsertion insertion) {
    this.store = store;
    this.insertion = insertion;
  }

  PeriodicJobStore store() {
    return store;
  }

  /**
   * Runs a periodic job that has an id, whether it is due or not. It is taken up if it has no row.
   *
   * @param db the transaction
   * @param job the periodic job
   * @return its job; empty if there is none this time
   * @throws RiverException if its constructor fails
   * @throws IllegalArgumentException if the job is not valid
   */
  public Optional<StoredJob> runNow(DSLContext db, PeriodicJob job) {
    String id = job.id().orElseThrow();
    Instant now = store.now(db);
    store.create(db, id, job.schedule().text(), DueRuns.after(job.schedule(), now).orElse(null));
    return runAt(db, job, now);
  }

  /** Inserts a job, and notes it if the periodic job has an id. */
  private Optional<StoredJob> runAt(DSLContext db, PeriodicJob job, Instant runAt) {
    Optional<StoredJob> stored =
        construct(job).map(insert -> insertion.insert(db, insert, runAt, job.id()));
    if (stored.isPresent() && job.id().isPresent()) {
      store.ran(db, job.id().get(), runAt, stored.get().row().id());
    }
    return stored;
  }

  private static Optional<? extends Insert<?>> construct(PeriodicJob job) {
    return UserCode.call(
        () -> Objects.requireNonNull(job.constructor().construct(), "what the constructor returns"),
        failure -> {
          throw new RiverException("the constructor of %s failed".formatted(job), failure);
        });
  }

  /** Inserts the jobs of some runs, as far as the policy lets them overlap. */
  List<StoredJob> runAll(DSLContext db, PeriodicJob job, DueRuns due, OptionalLong lastJobId) {
    List<StoredJob> all = new ArrayList<>();
    OptionalLong before = lastJobId;
    for (Instant runAt : due.runs()) {
      if (overlaps(db, job, before)) {
        LOG.debug("periodic job {}: run {} is left out, its last job goes on", job, runAt);
        continue;
      }
      Optional<StoredJob> stored = runAt(db, job, runAt);
      if (stored.isPresent()) {
        all.add(stored.get());
        before = OptionalLong.of(stored.get().row().id());
      }
    }
    return all;
  }

  private boolean overlaps(DSLContext db, PeriodicJob job, OptionalLong lastJobId) {
    return job.overlap() == OverlapPolicy.SKIP
        && lastJobId.isPresent()
        && store.isUnfinished(db, lastJobId.getAsLong());
  }
}
