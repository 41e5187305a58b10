package dev.river.internal.maintain;

import dev.river.periodic.PeriodicJob;
import java.time.Duration;
import java.util.function.Supplier;

/** What becomes of periodic jobs whose constructor or job was no good. Owned by one thread. */
interface Retries {

  /** Lets the failure through. */
  Retries NONE =
      new Retries() {
        @Override
        public boolean mayTry(PeriodicJob job) {
          return true;
        }

        @Override
        public Duration guarded(
            PeriodicJob job, Supplier<Duration> step, Duration restAfterFailure) {
          return step.get();
        }
      };

  /** {@return whether it is time to try a periodic job, again or for the first time} */
  boolean mayTry(PeriodicJob job);

  /**
   * {@return what the step returns, or the given rest after a failure that concerns the job only}
   */
  Duration guarded(PeriodicJob job, Supplier<Duration> step, Duration restAfterFailure);
}
