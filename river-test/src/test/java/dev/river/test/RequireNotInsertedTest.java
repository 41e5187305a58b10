package dev.river.test;

import static dev.river.test.RiverAssertions.requireNotInserted;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.InsertOpts;
import dev.river.job.JobState;
import dev.river.test.AssertionsFixture.MailArgs;
import dev.river.test.AssertionsFixture.OtherSortArgs;
import dev.river.test.AssertionsFixture.SortArgs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RequireNotInsertedTest {
  private static final InsertOpts SLOW = InsertOpts.builder().queue("slow").priority(3).build();

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  @Test
  void acceptsThatThereIsNoJobOfAClass() {
    DB.insert(new SortArgs(List.of()));

    assertThatCode(() -> requireNotInserted(DB.tx(), MailArgs.class)).doesNotThrowAnyException();
  }

  @Test
  void saysWhichJobsThereAre() {
    long bob = DB.insert(new MailArgs("bob")).id();
    long eve = DB.insert(new MailArgs("eve"), SLOW).id();

    assertThatThrownBy(() -> requireNotInserted(DB.tx(), MailArgs.class))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage(
            """
            expected no job of kind "mail" (MailArgs), got 2:
              job %s of kind "mail", available in queue default: {"to": "bob"}
              job %s of kind "mail", available in queue slow, priority 3: {"to": "eve"}""",
            bob, eve);
  }

  @Test
  void seesAJobWhoseArgsDoNotFit() {
    long id = DB.insert(new SortArgs(List.of("whale"))).id();

    assertThatThrownBy(() -> requireNotInserted(DB.tx(), OtherSortArgs.class))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage(
            """
            expected no job of kind "sort" (OtherSortArgs), got 1:
              job %s of kind "sort", available in queue default: {"strings": ["whale"]}""",
            id);
    assertAccepts(ExpectedJob.of(new OtherSortArgs(1)));
  }

  @Test
  void acceptsJobsThatDifferInAnything() {
    DB.insert(new MailArgs("bob"), SLOW);

    assertAccepts(ExpectedJob.of(new MailArgs("eve"), SLOW));
    assertAccepts(ExpectedJob.of(MailArgs.class, SLOW).inState(JobState.SCHEDULED));
    assertAccepts(
        ExpectedJob.of(MailArgs.class, InsertOpts.builder().queue("slow").priority(2).build()));
  }

  @Test
  void saysWhichJobsAreAsDescribed() {
    DB.insert(new MailArgs("eve"), SLOW);
    DB.insert(new MailArgs("bob"));
    long id = DB.insert(new MailArgs("bob"), SLOW).id();

    assertThatThrownBy(
            () ->
                requireNotInserted(
                    DB.tx(), ExpectedJob.of(new MailArgs("bob"), SLOW).inState(JobState.AVAILABLE)))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage(
            """
            expected no job of kind "mail" (MailArgs) with args {"to":"bob"}, state available, \
            queue slow, priority 3, got 1:
              job %s of kind "mail", available in queue slow, priority 3: {"to": "bob"}""",
            id);
  }

  private static void assertAccepts(ExpectedJob<?> unexpected) {
    assertThatCode(() -> requireNotInserted(DB.tx(), unexpected)).doesNotThrowAnyException();
  }
}
