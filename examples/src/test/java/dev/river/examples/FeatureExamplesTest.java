package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FeatureExamplesTest {
  @Test
  void insertAndWorkSortsTheWordsOfAJob() throws Exception {
    assertThat(Printed.by(InsertAndWork::run))
        .containsExactlyInAnyOrder( // the job may be worked before its insert has returned
            "job 1: inserted",
            "job 1: [bear, tiger, whale]",
            "job 1 is completed after 1 of 25 attempts, errors: none");
  }

  @Test
  void workFunctionGreets() throws Exception {
    assertThat(Printed.by(WorkFunction::run)).containsExactly("Hello, Ada");
  }

  @Test
  void customInsertOptionsAreThoseOfTheCallThenThoseOfTheClass() throws Exception {
    assertThat(Printed.by(CustomInsertOptions::run))
        .containsExactly(
            "inserted: weekly figures is AVAILABLE in queue reports, priority 3, at most 3 attempts,"
                + " tags [], metadata {}",
            "inserted: for the board is AVAILABLE in queue reports, priority 1, at most 3 attempts,"
                + " tags [board], metadata {\"asked_for_by\": \"Ada\"}",
            "inserted: of the year is SCHEDULED in queue reports, priority 3, at most 3 attempts,"
                + " tags [], metadata {}",
            "worked: for the board",
            "worked: weekly figures");
  }

  @Test
  void jobSnoozeUsesUpNoAttempt() throws Exception {
    assertThat(Printed.by(JobSnooze::run))
        .containsExactly(
            "attempt 1: nobody at home at 10 Elm Street",
            "attempt 1: delivered at 10 Elm Street",
            "job 1 is completed after 1 of 25 attempts, errors: none");
  }

  @Test
  void jobCancelEndsAJobForGood() throws Exception {
    assertThat(Printed.by(JobCancel::run))
        .containsExactly(
            "job 1 is cancelled after 1 of 25 attempts,"
                + " errors: JobCancelError: there is no 221B Baker Street");
  }

  @Test
  void transactionalInsertStoresOrderAndJobOrNeither() throws Exception {
    assertThat(Printed.by(TransactionalInsert::run))
        .containsExactly(
            "order 1: rolled back, the card was declined",
            "order 2: its receipt is sent",
            "order 1: order stored false, job stored false",
            "order 2: order stored true, job stored true");
  }

  @Test
  void uniqueJobIsStoredOncePerAccountAndDay() throws Exception {
    assertThat(Printed.by(UniqueJob::run))
        .containsExactly(
            "job 1: account 1, asked for by Ada",
            "job 1: account 1, asked for by Ada, is there already",
            "job 3: account 2, asked for by Bob",
            "job 4: account 1, asked for by Bob");
  }

  @Test
  void batchInsertStoresAllOrNone() throws Exception {
    assertThat(Printed.by(BatchInsert::run))
        .containsExactly(
            "job 1: MailArgs[to=ada@example.org]",
            "job 2: CallArgs[number=555-0100]",
            "and 10,000 more",
            "neither: job 1 (kind mail) can't be inserted: args of %s must not contain the character"
                    .formatted(BatchInsert.MailArgs.class.getName())
                + " U+0000, which PostgreSQL can't store, got: one at position 7 of the JSON");
  }

  @Test
  void errorHandlingTellsOfFailuresAndCancels() throws Exception {
    assertThat(Printed.by(ErrorHandling::run))
        .containsExactly(
            "job 1: figures.csv can't be read", "JOB_FAILED", "job 2: no file", "JOB_CANCELLED");
  }

  @Test
  void ownRetryPolicyDoublesTheTimeThatAJobWaits() throws Exception {
    assertThat(Printed.by(OwnRetryPolicy::run))
        .containsExactly(
            "1 failed, RETRYABLE for about 10 min", "2 failed, RETRYABLE for about 20 min");
  }

  @Test
  void subscribeToEventsHearsHowAttemptsEnded() throws Exception {
    assertThat(Printed.by(SubscribeToEvents::run))
        .containsExactly("job 1: JOB_COMPLETED", "job 2: JOB_CANCELLED");
  }

  @Test
  void completeJobWithinTxCompletesItTogetherWithItsWork() throws Exception {
    assertThat(Printed.by(CompleteJobWithinTx::run))
        .containsExactly(
            "order 42 is paid",
            "the receipt for order 42 is sent",
            "job 1 is completed after 1 of 25 attempts, errors: none");
  }

  @Test
  void periodicJobIsInsertedAtOnceAndWhenItIsAskedFor() throws Exception {
    assertThat(Printed.by(PeriodicJobExample::run))
        .containsExactly(
            "report",
            "none to remind of: true",
            "reminder of 3 invoices",
            "reminder: every PT24H, paused false, has run true",
            "report: every PT15M, paused true, has run true");
  }

  @Test
  void cronJobRunsOnTheClocksOfParis() throws Exception {
    assertThat(Printed.by(CronJob::run))
        .containsExactly(
            "nightly work",
            "planned: 5",
            "2026-03-28T02:30+01:00[Europe/Paris]",
            "2026-03-29T03:00+02:00[Europe/Paris]",
            "2026-03-30T02:30+02:00[Europe/Paris]");
  }

  @Test
  void pauseQueueKeepsJobsWaitingUntilItGoesOn() throws Exception {
    assertThat(Printed.by(PauseQueue::run))
        .containsExactly(
            "queue mail: paused true",
            "job 1: AVAILABLE",
            "sent to Ada",
            "queue reports: {\"why\": \"moving house\"}");
  }

  @Test
  void encryptedArgsAreReadByTheWorkerAndNotByTheDatabase() throws Exception {
    assertThat(Printed.by(EncryptedArgs::run))
        .containsExactly(
            "stored: {\"encrypted\": \"...\"}",
            "worked: DiagnosisArgs[patient=Ada, diagnosis=a cold]");
  }
}
