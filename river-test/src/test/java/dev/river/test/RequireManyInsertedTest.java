package dev.river.test;

import static dev.river.test.RiverAssertions.requireManyInserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.test.AssertionsFixture.MailArgs;
import dev.river.test.AssertionsFixture.OtherSortArgs;
import dev.river.test.AssertionsFixture.SortArgs;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RequireManyInsertedTest {
  private static final InsertOpts SLOW = InsertOpts.builder().queue("slow").priority(3).build();

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  private record IdleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "idle";
    }
  }

  @Test
  void returnsTheJobsInTheOrderOfTheirInsertion() {
    Job<MailArgs> bob = DB.insert(new MailArgs("bob"));
    DB.insert(new IdleArgs()); // of a kind that nobody names
    Job<SortArgs> sort = DB.insert(new SortArgs(List.of("whale")), SLOW);
    Job<MailArgs> eve = DB.insert(new MailArgs("eve"));

    List<Job<?>> jobs =
        requireManyInserted(
            DB.tx(),
            ExpectedJob.of(new MailArgs("bob")),
            ExpectedJob.of(SortArgs.class, SLOW).inState(JobState.AVAILABLE),
            ExpectedJob.of(MailArgs.class));

    assertThat(jobs).isEqualTo(List.of(bob, sort, eve));
  }

  @Test
  void showsExpectedAndFoundSideBySide() {
    long sort = DB.insert(new SortArgs(List.of())).id();
    long bob = DB.insert(new MailArgs("bob")).id();

    assertFails(
        """
        expected exactly 3 jobs of kinds "sort", "mail" in this order, got 2; different at 2, 3:
          1. expected kind "sort" (SortArgs)
             found    job %s of kind "sort", available in queue default: {"strings": []}
          2. expected kind "mail" (MailArgs) with args {"to":"eve"}, queue slow, priority 3
             found    job %s of kind "mail", available in queue default: {"to": "bob"}
               - args.to: expected "eve", got "bob"
               - queue: expected slow, got default
               - priority: expected 3, got 1
          3. expected kind "sort" (SortArgs) with state scheduled
             found    nothing"""
            .formatted(sort, bob),
        ExpectedJob.of(SortArgs.class),
        ExpectedJob.of(new MailArgs("eve"), SLOW),
        ExpectedJob.of(SortArgs.class).inState(JobState.SCHEDULED));
  }

  @Test
  void saysWhichJobsAreTooMany() {
    long bob = DB.insert(new MailArgs("bob")).id();
    long eve = DB.insert(new MailArgs("eve")).id();

    assertFails(
        """
        expected exactly 1 job of kind "mail" in this order, got 2; different at 2:
          1. expected kind "mail" (MailArgs)
             found    job %s of kind "mail", available in queue default: {"to": "bob"}
          2. expected nothing
             found    job %s of kind "mail", available in queue default: {"to": "eve"}"""
            .formatted(bob, eve),
        ExpectedJob.of(MailArgs.class));
  }

  @Test
  void saysThatThereIsNone() {
    DB.insert(new IdleArgs());

    assertFails(
        """
        expected exactly 1 job of kind "mail" in this order, got 0; different at 1:
          1. expected kind "mail" (MailArgs)
             found    nothing""",
        ExpectedJob.of(MailArgs.class));
  }

  @Test
  void saysThatTheyAreThereInAnotherOrder() {
    long bob = DB.insert(new MailArgs("bob")).id();
    long sort = DB.insert(new SortArgs(List.of())).id();
    long eve = DB.insert(new MailArgs("eve")).id();

    assertFails(
        """
        expected exactly 3 jobs of kinds "sort", "mail" in this order, got 3; different at 1, 2:
          1. expected kind "sort" (SortArgs)
             found    job %s of kind "mail", available in queue default: {"to": "bob"}
               - kind: expected sort, got mail
          2. expected kind "mail" (MailArgs) with args {"to":"bob"}
             found    job %s of kind "sort", available in queue default: {"strings": []}
               - kind: expected mail, got sort
          3. expected kind "mail" (MailArgs)
             found    job %s of kind "mail", available in queue default: {"to": "eve"}
        These are the expected jobs, but in another order."""
            .formatted(bob, sort, eve),
        ExpectedJob.of(SortArgs.class),
        ExpectedJob.of(new MailArgs("bob")),
        ExpectedJob.of(MailArgs.class));
  }

  @Test
  void doesNotCallOtherJobsReordered() {
    DB.insert(new MailArgs("bob"));
    DB.insert(new SortArgs(List.of()));

    assertThatThrownBy(
            () ->
                requireManyInserted(
                    DB.tx(), ExpectedJob.of(SortArgs.class), ExpectedJob.of(new MailArgs("eve"))))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("- kind: expected mail, got sort");
  }

  @Test
  void showsWhatDiffersIfThereAreMany() {
    long first = DB.insert(new MailArgs("bob")).id();
    for (int i = 1; i < 12; i++) {
      DB.insert(new MailArgs("bob"), i == 10 ? SLOW : InsertOpts.defaults());
    }
    List<ExpectedJob<?>> expected =
        Collections.nCopies(
            12, ExpectedJob.of(MailArgs.class, InsertOpts.builder().queue("default").build()));

    assertFails(
        """
        expected exactly 12 jobs of kind "mail" in this order, got 12; different at 11:
          11. expected kind "mail" (MailArgs) with queue default
             found    job %s of kind "mail", available in queue slow, priority 3: {"to": "bob"}
               - queue: expected default, got slow"""
            .formatted(first + 10),
        expected.toArray(ExpectedJob<?>[]::new));
  }

  @Test
  void limitsWhatItShows() {
    List<ExpectedJob<?>> expected = Collections.nCopies(12, ExpectedJob.of(MailArgs.class));

    assertThatThrownBy(() -> requireManyInserted(DB.tx(), expected.toArray(ExpectedJob<?>[]::new)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "expected exactly 12 jobs of kind \"mail\" in this order, got 0;"
                + " different at 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...:\n  1. ")
        .hasMessageEndingWith(
            "\n  10. expected kind \"mail\" (MailArgs)\n     found    nothing\n  ... and 2 more"
                + "\nthere is no job of any kind - this looked along the connection's search path; if"
                + " the client names a schema, use RiverAssertions.inSchema(...)");
  }

  @Test
  void saysThatArgsDoNotFit() {
    long id = DB.insert(new SortArgs(List.of("whale"))).id();

    assertThatThrownBy(() -> requireManyInserted(DB.tx(), ExpectedJob.of(OtherSortArgs.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            """
            expected exactly 1 job of kind "sort" in this order, got 1; different at 1:
              1. expected kind "sort" (OtherSortArgs)
                 found    job %s of kind "sort", available in queue default: {"strings": ["whale"]}
                   - args can't be read as %s: Cannot deserialize""",
            id, OtherSortArgs.class.getName())
        .hasCauseInstanceOf(UndecodableArgsException.class);
  }

  @Test
  void refusesToExpectNothing() {
    assertThatThrownBy(() -> requireManyInserted(DB.tx()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "requireManyInserted needs at least one expected job, whose kind says where to look");
  }

  private static void assertFails(String message, ExpectedJob<?>... expected) {
    assertThatThrownBy(() -> requireManyInserted(DB.tx(), expected))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("%s", message);
  }
}
