package dev.river.test;

import static dev.river.test.RiverAssertions.requireOneMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobState;
import dev.river.query.JobQuery;
import dev.river.test.AssertionsFixture.MailArgs;
import dev.river.test.AssertionsFixture.OtherSortArgs;
import dev.river.test.AssertionsFixture.SortArgs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RequireOneMatchingTest {
  private static final InsertOpts SLOW = InsertOpts.builder().queue("slow").build();
  private static final ExpectedJob<MailArgs> TO_BOB = ExpectedJob.of(new MailArgs("bob"));

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  @Test
  void findsTheOneAmongOthersOfItsKind() {
    DB.insert(new MailArgs("ada"));
    Job<MailArgs> bob = DB.insert(new MailArgs("bob"));
    DB.insert(new MailArgs("eve"), SLOW);
    DB.insert(new SortArgs(List.of()));

    assertThat(requireOneMatching(DB.tx(), TO_BOB)).isEqualTo(bob);
    assertThat(requireOneMatching(DB.connection(), TO_BOB)).isEqualTo(bob);
    assertThat(RiverAssertions.jobs(DB.tx()).requireOneMatching(TO_BOB)).isEqualTo(bob);
    assertThat(
            requireOneMatching(
                DB.tx(), ExpectedJob.of(MailArgs.class, SLOW).inState(JobState.AVAILABLE)))
        .extracting(job -> job.args().to())
        .isEqualTo("eve");
  }

  @Test
  void findsItInASchemaToo() {
    DB.clientOfSchema().insertTx(DB.connection(), new MailArgs("ada"));
    Job<MailArgs> bob = DB.clientOfSchema().insertTx(DB.connection(), new MailArgs("bob")).job();
    SchemaAssertions inSchema = RiverAssertions.inSchema(AssertionsFixture.SCHEMA);

    assertThat(inSchema.requireOneMatching(DB.tx(), TO_BOB)).isEqualTo(bob);
    assertThat(inSchema.requireOneMatching(DB.connection(), TO_BOB)).isEqualTo(bob);
  }

  @Test
  void aClientSeesWhatIsCommitted() {
    ExpectedJob<MailArgs> committed = ExpectedJob.of(new MailArgs("committed"));
    DB.client().insert(new MailArgs("another committed one"));
    Job<MailArgs> job = DB.client().insert(new MailArgs("committed")).job();
    DB.insert(new MailArgs("committed"));

    assertThat(requireOneMatching(DB.client(), committed)).isEqualTo(job);
    DB.client().jobs().deleteAll(JobQuery.all(), 100);
  }

  @Test
  void saysHowEachDiffersIfNoneMatches() {
    long ada = DB.insert(new MailArgs("ada")).id();
    long eve = DB.insert(new MailArgs("eve"), SLOW).id();

    assertFails(
        ExpectedJob.of(MailArgs.class, InsertOpts.builder().queue("fast").build()),
        """
        expected one job among others of kind "mail" (MailArgs) with queue fast, got none of 2:
          job %s of kind "mail", available in queue slow: {"to": "eve"}
            - queue: expected fast, got slow
          job %s of kind "mail", available in queue default: {"to": "ada"}
            - queue: expected fast, got default"""
            .formatted(eve, ada));
  }

  @Test
  void saysWhatElseThereIsIfThereIsNoneOfTheKind() {
    DB.insert(new SortArgs(List.of()));

    assertFails(
        ExpectedJob.of(MailArgs.class),
        "expected one job among others of kind \"mail\" (MailArgs), got none:"
            + " there is 1 of kind \"sort\"");
  }

  @Test
  void failsIfSeveralMatch() {
    long first = DB.insert(new MailArgs("bob")).id();
    long second = DB.insert(new MailArgs("bob"), SLOW).id();
    DB.insert(new MailArgs("ada"));

    assertFails(
        TO_BOB,
        """
        expected one job among others of kind "mail" (MailArgs) with args {"to":"bob"}, got 2:
          job %s of kind "mail", available in queue default: {"to": "bob"}
          job %s of kind "mail", available in queue slow: {"to": "bob"}"""
            .formatted(first, second));
  }

  @Test
  void passesOverJobsOfAnotherShape() {
    DB.insert(new SortArgs(List.of("whale")));

    assertThatThrownBy(() -> requireOneMatching(DB.tx(), ExpectedJob.of(new OtherSortArgs(1))))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessageContaining("got none of 1:")
        .hasMessageContaining("- args can't be read as");
  }

  @Test
  void tellsOfTenAtMost() {
    for (int i = 0; i < 12; i++) {
      DB.insert(new MailArgs("mail " + i));
    }

    assertThatThrownBy(() -> requireOneMatching(DB.tx(), TO_BOB))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessageContaining("got none of 12:")
        .hasMessageContaining("mail 11")
        .hasMessageContaining("mail 2\"")
        .hasMessageNotContaining("mail 1\"")
        .hasMessageEndingWith("... and 2 more");
  }

  private static void assertFails(ExpectedJob<?> expected, String message) {
    assertThatThrownBy(() -> requireOneMatching(DB.tx(), expected))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("%s", message);
  }
}
