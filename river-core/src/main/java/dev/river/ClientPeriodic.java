package dev.river;

import dev.river.internal.maintain.InlinePeriodicRuns;
import dev.river.internal.maintain.PeriodicEnqueuer;
import dev.river.internal.maintain.PeriodicInserter;
import dev.river.internal.maintain.PeriodicInsertion;
import dev.river.internal.maintain.PeriodicJobSet;
import dev.river.internal.store.PeriodicJobStore;
import dev.river.work.Extension;
import java.util.List;

/** What a client needs for its periodic jobs, whether it runs or not. */
final class ClientPeriodic {
  private final PeriodicJobSet jobs;
  private final PeriodicJobStore store = new PeriodicJobStore();
  private final PeriodicInserter inserter;

  ClientPeriodic(ClientSettings settings, PeriodicInsertion insertion) {
    this.jobs =
        new PeriodicJobSet(
            settings.upkeep().periodicJobs(), settings.queues().isEmpty(), settings.pollOnly());
    this.inserter = new PeriodicInserter(store, insertion);
  }

  PeriodicJobSet jobs() {
    return jobs;
  }

  PeriodicJobStore store() {
    return store;
  }

  PeriodicInserter inserter() {
    return inserter;
  }

  /** {@return what inserts their jobs when it is told to} */
  InlinePeriodicRuns inline(PeriodicEnqueuer.Surroundings surroundings) {
    return new InlinePeriodicRuns(surroundings, jobs, inserter);
  }

  /** Inserts their jobs from one start to the next stop. */
  PeriodicEnqueuer enqueuer(
      PeriodicEnqueuer.Surroundings surroundings, List<Extension> extensions) {
    return new PeriodicEnqueuer(surroundings, jobs, inserter, extensions);
  }
}
