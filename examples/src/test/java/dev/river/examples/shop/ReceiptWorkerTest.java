package dev.river.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.event.EventKind;
import dev.river.event.WorkedJob;
import dev.river.job.JobState;
import dev.river.test.WorkerTester;
import dev.river.test.junit.Isolation;
import dev.river.test.junit.RiverTest;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

@RiverTest(isolation = Isolation.TRANSACTION)
class ReceiptWorkerTest {
  private final List<String> sent = new ArrayList<>();

  @Test
  void sendsAReceipt(DSLContext tx) {
    WorkerTester tester = WorkerTester.of(new ReceiptWorker((to, subject) -> sent.add(to)));

    WorkedJob worked = tester.work(tx, new ReceiptArgs(7, "ada@example.org"));

    assertThat(worked.kind()).isEqualTo(EventKind.JOB_COMPLETED);
    assertThat(sent).containsExactly("ada@example.org");
  }

  @Test
  void cancelsAReceiptThatCanNotBeSent(DSLContext tx) {
    WorkerTester tester = WorkerTester.of(new ReceiptWorker((to, subject) -> sent.add(to)));

    WorkedJob worked = tester.work(tx, new ReceiptArgs(7, "ada"));

    assertThat(worked.job().state()).isEqualTo(JobState.CANCELLED);
    assertThat(worked.job().errors().getFirst().error()).contains("no address: ada");
  }

  @Test
  void triesAgainWhenTheServerIsBusy(DSLContext tx) {
    WorkerTester tester = WorkerTester.of(new ReceiptWorker(ReceiptWorkerTest::refuse));

    WorkedJob worked = tester.work(tx, new ReceiptArgs(7, "ada@example.org"));

    assertThat(worked.job().state()).isEqualTo(JobState.RETRYABLE);
    assertThatThrownBy(worked::orThrow).hasMessage("busy");
  }

  private static void refuse(String to, String subject) {
    throw new IllegalStateException("busy");
  }
}
