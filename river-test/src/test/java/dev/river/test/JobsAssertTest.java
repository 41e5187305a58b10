package dev.river.test;

import static dev.river.test.JobsAssert.assertThat;
import static dev.river.test.RiverAssertions.jobs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.JobUpdate;
import dev.river.test.AssertionsFixture.MailArgs;
import dev.river.test.AssertionsFixture.OtherSortArgs;
import dev.river.test.AssertionsFixture.SortArgs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobsAssertTest {
  private static final Instant TIME = Instant.parse("2030-01-02T03:04:05Z");

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  private Job<MailArgs> bob;
  private Job<MailArgs> eve;
  private Job<SortArgs> sort;

  @BeforeEach
  void insert() {
    bob = DB.insert(new MailArgs("bob"));
    eve =
        DB.insert(
            new MailArgs("eve"),
            InsertOpts.builder()
                .queue("slow")
                .priority(3)
                .scheduledAt(TIME)
                .tags("one", "two")
                .build());
    sort = DB.insert(new SortArgs(List.of("whale", "tiger")));
  }

  @Test
  void assertsAboutAllJobs() {
    assertThat(jobs(DB.tx())).containsExactly(bob.row(), eve.row(), sort.row());
    assertThat(jobs(DB.connection())).hasSize(3).first().isEqualTo(bob.row());
    assertThat(jobs(DB.client())).isEmpty(); // nothing is committed
    assertThat(jobs(DB.client().jobs(DB.tx()))).extracting(JobRow::kind).contains("mail", "sort");
  }

  @Test
  void assertsAboutJobsOfAKind() {
    assertThat(jobs(DB.tx()))
        .ofKind(MailArgs.class)
        .hasSize(2)
        .containsExactly(bob, eve)
        .anySatisfy(job -> assertThat(job.args().to()).isEqualTo("eve"))
        .extracting(job -> job.args().to())
        .containsExactly("bob", "eve");
    assertThat(jobs(DB.tx()))
        .ofKind(SortArgs.class)
        .singleElement()
        .extracting(Job::args)
        .isEqualTo(new SortArgs(List.of("whale", "tiger")));
    assertThat(jobs(DB.tx())).ofKind(MailArgs.class).last().isEqualTo(eve);
  }

  @Test
  void leavesOutWhatIsNotAskedFor() {
    assertThat(jobs(DB.tx())).inQueue("slow").containsExactly(eve.row());
    assertThat(jobs(DB.tx())).inState(JobState.SCHEDULED).containsExactly(eve.row());
    assertThat(jobs(DB.tx())).inState(JobState.SCHEDULED, JobState.AVAILABLE).hasSize(3);
    assertThat(jobs(DB.tx())).withTag("two").containsExactly(eve.row());
    assertThat(jobs(DB.tx())).withPriority(3).containsExactly(eve.row());
    assertThat(jobs(DB.tx()))
        .ofKind(MailArgs.class)
        .inQueue("default")
        .inState(JobState.AVAILABLE)
        .withPriority(1)
        .containsExactly(bob)
        .filteredOn(job -> job.args().to().equals("eve"))
        .isEmpty();
    assertThat(jobs(DB.tx())).ofKind(MailArgs.class).withTag("three").isEmpty();
  }

  @Test
  void leavesOutWhatIsNotAsDescribed() {
    assertThat(jobs(DB.tx()))
        .matching(ExpectedJob.of(new MailArgs("eve")).inState(JobState.SCHEDULED))
        .containsExactly(eve);
    assertThat(jobs(DB.tx())).matching(ExpectedJob.of(new OtherSortArgs(1))).isEmpty();
  }

  @Test
  void readsTheJobsOnce() {
    JobsAssert before = assertThat(jobs(DB.tx()));

    DB.insert(new MailArgs("zoe"));

    before.hasSize(3).ofKind(MailArgs.class).containsExactly(bob, eve);
    assertThat(jobs(DB.tx())).hasSize(4);
  }

  @Test
  void showsJobsInAFewWords() {
    assertFails(
        () -> assertThat(jobs(DB.tx())).hasSize(4),
        """
        [jobs]\s
        Expected size: 4 but was: 3 in:
        [%s,
            %s,
            job %s of kind "sort", available in queue default: {"strings": ["whale", "tiger"]}]"""
            .formatted(bobInWords(), eveInWords(), sort.id()));
  }

  @Test
  void saysWhichJobsItIsAbout() {
    assertFails(
        () ->
            assertThat(jobs(DB.tx()))
                .ofKind(MailArgs.class)
                .inQueue("slow")
                .withTag("one")
                .withPriority(3)
                .allMatch(job -> job.state() == JobState.RUNNING),
        """
        [jobs, of kind "mail" (MailArgs), in queue slow, with tag one, with priority 3]\s
        Expecting all elements of:
          [%1$s]
        to match given predicate but this element did not:
          %1$s"""
            .formatted(eveInWords()));
  }

  @Test
  void showsSingleJobsToo() {
    assertFails(
        () -> assertThat(jobs(DB.tx())).ofKind(MailArgs.class).first().isEqualTo(eve),
        """
        [jobs, of kind "mail" (MailArgs) check first element]\s
        expected: %s
         but was: %s"""
            .formatted(eveInWords(), bobInWords()));
    assertFails(
        () -> assertThat(jobs(DB.tx())).element(1).isEqualTo(bob.row()),
        """
        [jobs element at index 1]\s
        expected: %s
         but was: %s"""
            .formatted(bobInWords(), eveInWords()));
  }

  @Test
  void showsWhatWasExtracted() {
    assertFails(
        () ->
            assertThat(jobs(DB.tx()))
                .ofKind(MailArgs.class)
                .inState(JobState.AVAILABLE)
                .extracting(job -> job.args().to())
                .contains("eve"),
        """
        [jobs, of kind "mail" (MailArgs), in state available]\s
        Expecting ArrayList:
          ["bob"]
        to contain:
          ["eve"]
        but could not find the following element(s):
          ["eve"]
        """);
  }

  @Test
  void saysWhichKindsThereAreInstead() {
    assertFails(
        () -> assertThat(jobs(DB.tx())).inQueue("default").ofKind(IdleArgs.class).isNotEmpty(),
        """
        [jobs, in queue default, of kind "idle" (IdleArgs) \
        (there is 1 of kind "mail", 1 of kind "sort")]\s
        Expecting actual not to be empty""");
    assertFails(
        () -> assertThat(jobs(DB.tx())).inQueue("empty").ofKind(MailArgs.class).hasSize(1),
        """
        [jobs, in queue empty (none of 3:
          %s
          %s
          job %s of kind "sort", available in queue default: {"strings": ["whale", "tiger"]}), \
        of kind "mail" (MailArgs)]\s
        Expected size: 1 but was: 0 in:
        []"""
            .formatted(bobInWords(), eveInWords(), sort.id()));
  }

  @Test
  void saysWhichJobsAreNotAsDescribed() {
    assertFails(
        () -> assertThat(jobs(DB.tx())).matching(ExpectedJob.of(new MailArgs("zoe"))).isNotEmpty(),
        """
        [jobs, of kind "mail" (MailArgs) with args {"to":"zoe"} (none of 2:
          %s
          %s)]\s
        Expecting actual not to be empty"""
            .formatted(bobInWords(), eveInWords()));
  }

  @Test
  void saysThatArgsDoNotFit() {
    assertThatThrownBy(() -> assertThat(jobs(DB.tx())).ofKind(OtherSortArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            """
            [jobs] expected jobs of kind "sort" (OtherSortArgs), got one that differs:
              job %s of kind "sort", available in queue default: {"strings": ["whale", "tiger"]}
                - args can't be read as %s: Cannot deserialize""",
            sort.id(), OtherSortArgs.class.getName())
        .hasCauseInstanceOf(UndecodableArgsException.class);
  }

  @Test
  void namesTheSchema() {
    assertFails(
        () ->
            assertThat(RiverAssertions.inSchema(AssertionsFixture.SCHEMA).jobs(DB.tx()))
                .ofKind(MailArgs.class)
                .isNotEmpty(),
        """
        [jobs in schema "jobs" (there are none - if the client names another schema, use that one \
        in RiverAssertions.inSchema(...)), of kind "mail" (MailArgs)]\s
        Expecting actual not to be empty""");
  }

  @Test
  void keepsADescriptionAndAMessageOfTheTests() {
    assertFails(
        () ->
            assertThat(jobs(DB.tx()))
                .as("after %s", "100%n")
                .ofKind(SortArgs.class)
                .inQueue("default")
                .hasSize(2),
        """
        [after 100%%n, of kind "sort" (SortArgs), in queue default]\s
        Expected size: 2 but was: 1 in:
        [job %s of kind "sort", available in queue default: {"strings": ["whale", "tiger"]}]"""
            .formatted(sort.id()));
    assertFails(
        () ->
            assertThat(jobs(DB.tx()))
                .withFailMessage("no mail")
                .ofKind(MailArgs.class)
                .inQueue("empty")
                .isNotEmpty(),
        "[jobs, of kind \"mail\" (MailArgs), in queue empty (none of 2:\n  %s\n  %s)] no mail"
            .formatted(bobInWords(), eveInWords()));
  }

  @Test
  void showsMetadata() {
    DB.client()
        .jobs(DB.tx())
        .update(sort.id(), JobUpdate.builder().metadata(Map.of("note", "x".repeat(200))).build());

    assertFails(
        () -> assertThat(jobs(DB.tx())).ofKind(SortArgs.class).hasSize(2),
        """
        [jobs, of kind "sort" (SortArgs)]\s
        Expected size: 2 but was: 1 in:
        [job %s of kind "sort", available in queue default, metadata {"note": "%s...: \
        {"strings": ["whale", "tiger"]}]"""
            .formatted(sort.id(), "x".repeat(190)));
  }

  private record IdleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "idle";
    }
  }

  private String bobInWords() {
    return "job %s of kind \"mail\", available in queue default: {\"to\": \"bob\"}"
        .formatted(bob.id());
  }

  private String eveInWords() {
    return ("job %s of kind \"mail\", scheduled in queue slow for 2030-01-02T03:04:05Z, priority 3,"
            + " tags [one, two]: {\"to\": \"eve\"}")
        .formatted(eve.id());
  }

  private static void assertFails(ThrowingCallable assertion, String message) {
    assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessage("%s", message);
  }
}
