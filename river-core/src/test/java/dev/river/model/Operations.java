package dev.river.model;

import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** How often which operation happens. */
final class Operations {
  private static final Arbitrary<String> QUEUES =
      Arbitraries.frequency(Tuple.of(4, "default"), Tuple.of(1, "other"));
  private static final Arbitrary<String> CLIENTS = Arbitraries.of("me", "you");
  private static final Arbitrary<Integer> PICKS = Arbitraries.integers().between(0, 9);
  private static final Arbitrary<Integer> FEW = Arbitraries.integers().between(1, 3);
  private static final Arbitrary<Ending> ENDINGS =
      Arbitraries.frequencyOf(
          Tuple.of(2, Arbitraries.of(Ending.class)), Tuple.of(1, Arbitraries.just(Ending.FAILED)));

  private Operations() {}

  static Arbitrary<Operation> all() {
    return Arbitraries.frequencyOf(
        Tuple.of(2, FEW.map(Operation.HoursPass::new)),
        Tuple.of(6, newJobs().map(Operation.InsertJob::new)),
        Tuple.of(6, Combinators.combine(QUEUES, CLIENTS, FEW).as(Operation.Claim::new)),
        Tuple.of(2, FEW.map(Operation.Schedule::new)),
        Tuple.of(8, Combinators.combine(PICKS, ENDINGS).as(Operation.Finish::new)),
        Tuple.of(2, Combinators.combine(PICKS, ENDINGS).as(Operation.FinishLate::new)),
        Tuple.of(1, Combinators.combine(PICKS, ENDINGS).as(Operation.FinishAsSomeoneElse::new)),
        Tuple.of(2, PICKS.map(Operation.Rescue::new)),
        Tuple.of(2, PICKS.map(Operation.Cancel::new)),
        Tuple.of(3, PICKS.map(Operation.Retry::new)),
        Tuple.of(1, PICKS.map(Operation.Delete::new)),
        Tuple.of(
            1,
            Combinators.combine(PICKS, Arbitraries.of(true, false)).as(Operation.Reschedule::new)),
        Tuple.of(1, Combinators.combine(PICKS, QUEUES, FEW).as(Operation.ChangeSettings::new)));
  }

  private static Arbitrary<NewModelJob> newJobs() {
    return Combinators.combine(
            Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(NewModelJob.When.NOW)),
                Tuple.of(1, Arbitraries.of(NewModelJob.When.class))),
            QUEUES,
            Arbitraries.integers().between(1, 2),
            FEW,
            Arbitraries.frequency(Tuple.of(3, "a"), Tuple.of(1, "b")).optional(0.8),
            keyStates())
        .as(NewModelJob::new);
  }

  private static Arbitrary<Set<JobState>> keyStates() {
    return Arbitraries.subsetOf(EnumSet.complementOf(EnumSet.copyOf(UniqueOpts.REQUIRED_STATES)))
        .map(
            chosen -> {
              Set<JobState> states = EnumSet.copyOf(UniqueOpts.REQUIRED_STATES);
              states.addAll(chosen);
              return states;
            });
  }
}
