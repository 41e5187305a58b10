package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class QuickStartTest {
  private static final String STORY =
      """
      The client works the queue "default"

      Order 1 and job 1 are inserted in one transaction
        rolled back: the card was declined. Nobody will ever see the job
      Order 2 and job 2 are inserted in one transaction, which commits
        job 2, receipt, attempt 1, # ms after its insert: the receipt for order 2 is sent
      A job of kind payment is inserted
        job 3, payment, attempt 1, # ms after its insert: fails, the bank does not answer; next try in 300 ms
        job 3, payment, attempt 2, # ms after its insert: the payment for order 2 is made
      A job of kind parcel is inserted
        job 4, parcel, attempt 1, # ms after its insert: snoozes, the parcel is not packed; next try in 300 ms
        job 4, parcel, attempt 1, # ms after its insert: the parcel of order 2 is delivered
      A job of kind letter is inserted
        job 5, letter, attempt 1, # ms after its insert: cancels, another try would not help

      The client has stopped. What the database holds of these jobs:

        id  kind        state      attempts  errors
         2  receipt     completed         1  none
         3  payment     completed         2  java.io.IOException: the bank does not answer
         4  parcel      completed         1  none
         5  letter      cancelled         1  JobCancelError: there is no 221B Baker Street
      """;

  @Test
  void tellsItsStoryInADatabaseThatIsMigrated() throws Exception {
    assertThat(withoutTimes(Printed.by(QuickStart::run)))
        .isEqualTo("River's tables are there already\n" + STORY);
  }

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void writesNothingElseWhenItIsRunAsAProgram() throws Exception {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase();
        ChildJvm program = ChildJvm.start(QuickStart.class, database.url())) {
      assertThat(withoutTimes(program.awaitEnd()))
          .isEqualTo(
              """
              Using the schema river_examples of the database that DATABASE_URL names
              River's tables are made: version 1 (river tables), version 2 (work indexes), version 3 (fleet)
              """
                  + STORY
                  + "\nDone\n");
      assertThat(program.exitValue()).isZero();
    }
  }

  private static String withoutTimes(List<String> lines) {
    return String.join("\n", lines).replaceAll("\\d+ ms after", "# ms after") + "\n";
  }
}
