package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.JobRow;
import dev.river.job.JobRowBuilder;
import dev.river.work.CancelCause;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClaimedJobsTest {
  private static final Duration BRIEFLY = Duration.ofMillis(20);

  private final ClaimedJobs claimed = new ClaimedJobs();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void endThreads() {
    claimed.remove(claimed.ids().stream().flatMap(id -> rows(id).stream()).toList());
    threads.close();
  }

  @Test
  void knowsItsJobsUntilTheyAreRemoved() {
    add(rows(1, 2, 3));
    claimed.remove(rows(2, 99));

    assertThat(claimed.ids()).containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void keepsAJobThatWasClaimedAnewBeforeItWasRemoved() {
    JobRow first = new JobRowBuilder().build();
    JobRow second =
        new JobRowBuilder().attemptedAt(JobRowBuilder.ATTEMPTED_AT.plusMillis(1)).build();
    add(List.of(first));
    add(List.of(second));

    claimed.remove(List.of(first));
    assertThat(claimed.ids()).containsExactly(1L);

    claimed.remove(List.of(second));
    assertThat(claimed.ids()).isEmpty();
  }

  @Test
  void endsAnAttemptWhoseJobWasClaimedAnew() {
    JobRow first = new JobRowBuilder().build();
    JobRow second =
        new JobRowBuilder().attemptedAt(JobRowBuilder.ATTEMPTED_AT.plusMillis(1)).build();

    Attempt former = add(List.of(first)).getFirst();
    Attempt present = add(List.of(second)).getFirst();

    assertThat(former.cancelCause()).contains(CancelCause.LOST);
    assertThat(present.cancelCause()).isEmpty();
  }

  @Test
  void makesAnAttemptOfEachJob() {
    List<JobRow> rows = rows(1, 2);

    List<Attempt> attempts = add(rows);

    assertThat(attempts).extracting(Attempt::row).isEqualTo(rows);
    assertThat(attempts).noneMatch(attempt -> attempt.cancelCause().isPresent());
  }

  @Test
  void givesOutNumbersThatDoNotFollow() {
    add(rows(1));
    List<Long> before = claimed.ids();

    add(rows(2));

    assertThat(before).containsExactly(1L);
  }

  @Test
  void suspectsAJobWhoseCancellationArrivesBeforeTheAnswerToItsClaim() {
    long claim = claimed.claimBegins();
    claimed.suspect(1);
    assertThat(claimed.takeSuspects()).isEmpty();

    List<Attempt> added = add(rows(1, 2));
    claimed.claimEnds(claim);

    assertThat(claimed.takeSuspects()).containsExactly(added.get(0).row());
    assertThat(added).allMatch(attempt -> attempt.cancelCause().isEmpty());
  }

  @Test
  void tellsWhenTheClaimBringsAJobThatIsSuspected() {
    AtomicInteger told = new AtomicInteger();
    claimed.claimBegins();
    claimed.suspect(1);
    claimed.onSuspects(told::incrementAndGet);

    add(rows(2));
    assertThat(told).hasValue(0);
    add(rows(1));
    assertThat(told).hasValue(1);
  }

  @Test
  void forgetsSuspicionsOfJobsThatNoClaimBrought() {
    claimed.suspect(1);
    long first = claimed.claimBegins();
    claimed.suspect(2);
    long second = claimed.claimBegins();
    claimed.claimEnds(second);
    claimed.claimEnds(first);
    add(rows(1, 2));

    assertThat(claimed.takeSuspects()).isEmpty();
  }

  @Test
  void givesASuspectOutOnce() {
    add(rows(1, 2));
    claimed.suspect(1);

    assertThat(claimed.takeSuspects()).extracting(JobRow::id).containsExactly(1L);
    assertThat(claimed.takeSuspects()).isEmpty();
  }

  @Test
  void forgetsHintsWhenTheClaimsOfTheirTimeHaveEndedThoughThereIsAlwaysAnother() {
    long last = claimed.claimBegins();
    for (long id = 1; id <= 100; id++) {
      claimed.suspect(id);
      long next = claimed.claimBegins();
      claimed.claimEnds(last);
      last = next;

      assertThat(claimed.hints()).isZero();
    }
  }

  @Test
  void keepsAHintAsLongAsAClaimOfItsTimeIsUnderWay() {
    long slow = claimed.claimBegins();
    claimed.suspect(1);
    claimed.claimEnds(claimed.claimBegins());
    add(rows(2));
    assertThat(claimed.takeSuspects()).isEmpty();

    add(rows(1));
    claimed.claimEnds(slow);

    assertThat(claimed.takeSuspects()).extracting(JobRow::id).containsExactly(1L);
  }

  @Test
  void knowsJobsThatCannotBeginYet() {
    claimed.hold(rows(1, 2));
    claimed.remove(rows(2));

    assertThat(claimed.ids()).containsExactly(1L);
    assertThat(claimed.cancellable()).extracting(JobRow::id).containsExactly(1L);
    assertThat(claimed.undisturbed()).isEmpty();
  }

  @Test
  void suspectsAJobThatCannotBeginYet() {
    claimed.hold(rows(1, 2));
    claimed.suspect(1);

    assertThat(claimed.takeSuspects()).extracting(JobRow::id).containsExactly(1L);
    assertThat(claimed.takeSuspects()).isEmpty();
  }

  @Test
  void tellsWhenAJobIsHeldThatIsSuspected() {
    AtomicInteger told = new AtomicInteger();
    claimed.claimBegins();
    claimed.suspect(1);
    claimed.onSuspects(told::incrementAndGet);

    claimed.hold(rows(1));

    assertThat(told).hasValue(1);
  }

  @Test
  void anAttemptThatIsCancelledBeforeItCouldBeginDoesNotBegin() {
    claimed.hold(rows(1, 2));
    claimed.cancel(rows(1).getFirst());

    assertThat(claimed.cancellable()).extracting(JobRow::id).containsExactly(2L);
    List<Attempt> attempts = add(rows(1, 2));

    assertThat(attempts.get(0).cancelCause()).contains(CancelCause.REMOTE);
    assertThat(attempts.get(1).cancelCause()).isEmpty();
  }

  @Test
  void suspectsEveryJobWhenHintsAreTooMany() {
    long claim = claimed.claimBegins();
    for (long id = 100; id <= 10_100; id++) {
      claimed.suspect(id);
    }
    add(rows(1, 2));

    assertThat(claimed.takeSuspects()).extracting(JobRow::id).containsExactlyInAnyOrder(1L, 2L);
    claimed.claimEnds(claim);
    claimed.takeSuspects();
    assertThat(claimed.takeSuspects()).isEmpty();
  }

  @Test
  void cancelsTheAttemptThatIsMeantAndNoOther() {
    JobRow first = new JobRowBuilder().build();
    JobRow second =
        new JobRowBuilder().attemptedAt(JobRowBuilder.ATTEMPTED_AT.plusMillis(1)).build();
    Attempt present = add(List.of(second)).getFirst();

    claimed.cancel(first);
    assertThat(present.cancelCause()).isEmpty();

    claimed.cancel(second);
    assertThat(present.cancelCause()).contains(CancelCause.REMOTE);
    assertThatThrownBy(() -> present.callUserCode(() -> "worked"))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("cancelled before it began");
  }

  @Test
  void knowsTheJobsThatNobodyHasToldToEndEarly() {
    add(rows(1, 2));
    claimed.cancel(rows(1).getFirst());

    assertThat(claimed.undisturbed()).extracting(JobRow::id).containsExactly(2L);
  }

  @Test
  void cancelsEveryAttemptEvenThoseThatAreClaimedLater() {
    List<Attempt> before = add(rows(1, 2));

    claimed.cancelAll();
    List<Attempt> later = add(rows(3));

    assertThat(before)
        .allSatisfy(attempt -> assertThat(attempt.cancelCause()).contains(CancelCause.STOP));
    assertThat(later)
        .allSatisfy(attempt -> assertThat(attempt.cancelCause()).contains(CancelCause.STOP));
  }

  @Test
  void doesNotCancelWhatIsRemoved() {
    List<Attempt> attempts = add(rows(1));
    claimed.remove(rows(1));

    claimed.cancelAll();

    assertThat(attempts).noneMatch(attempt -> attempt.cancelCause().isPresent());
  }

  @Test
  void waitsForNothingIfItIsEmpty() throws Exception {
    assertThat(claimed.awaitEmpty(Duration.ZERO)).isTrue();
    assertThat(claimed.awaitEmpty(ChronoUnit.FOREVER.getDuration())).isTrue();
  }

  @Test
  void waitsNoLongerThanTheLimit() throws Exception {
    add(rows(1));

    assertThat(claimed.awaitEmpty(Duration.ZERO)).isFalse();
    assertThat(claimed.awaitEmpty(BRIEFLY)).isFalse();
  }

  @Test
  void waitsUntilTheLastJobIsRemoved() throws Exception {
    add(rows(1, 2));
    Future<Boolean> empty =
        threads.submit(() -> claimed.awaitEmpty(ChronoUnit.FOREVER.getDuration()));

    claimed.remove(rows(1));
    assertThatThrownBy(() -> empty.get(BRIEFLY.toMillis(), TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    claimed.remove(rows(2));

    assertThat(empty.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private List<Attempt> add(List<JobRow> rows) {
    List<Attempt> attempts = rows.stream().map(row -> new Attempt(row, true, () -> {})).toList();
    claimed.add(attempts);
    return attempts;
  }

  private static List<JobRow> rows(long... ids) {
    return Arrays.stream(ids).mapToObj(id -> new JobRowBuilder().id(id).build()).toList();
  }
}
