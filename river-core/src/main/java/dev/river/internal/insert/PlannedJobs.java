package dev.river.internal.insert;

import dev.river.error.InsertRefusedException;
import dev.river.internal.store.NewJob;
import dev.river.job.Insert;
import java.util.Iterator;

/** Plans jobs one after the other, as they are asked for. Belongs to one thread. */
public final class PlannedJobs implements Iterator<PlannedJob> {
  private final JobPlanner planner;
  private final Iterator<? extends Insert<?>> inserts;
  private long position;

  /**
   * Creates it.
   *
   * @param planner plans them
   * @param inserts the jobs
   */
  public PlannedJobs(JobPlanner planner, Iterator<? extends Insert<?>> inserts) {
    this.planner = planner;
    this.inserts = inserts;
  }

  @Override
  public boolean hasNext() {
    return inserts.hasNext();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the job is not valid; it names its position
   * @throws InsertRefusedException if an extension refuses it; it names its position
   */
  @Override
  public PlannedJob next() {
    return planner.plan(inserts.next(), position++);
  }

  /** {@return what is stored of them, to be asked for instead} */
  public Iterator<NewJob> rows() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return PlannedJobs.this.hasNext();
      }

      @Override
      public NewJob next() {
        return PlannedJobs.this.next().row();
      }
    };
  }
}
