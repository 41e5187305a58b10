package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.ErrorHandler;
import dev.river.work.JobContext;
import dev.river.work.StuckJob;
import dev.river.work.StuckJobHandler;
import dev.river.work.Upcaster;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a worker may do with its job while it runs, and what may be put around it. */
class WorkerToolsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicReference<JobContext> context = new AtomicReference<>();

  @Test
  void keepsMetadataAndOutputWithAnyOutcomeAndOtherKeysAsTheyAre() {
    RiverClient client =
        start(
            (job, context) -> {
              context.metadata("rows", 7);
              context.metadata("rows", 8);
              context.output(Map.of("total", 9_007_199_254_740_993L));
              if (job.args().name().equals("fails")) {
                throw new IllegalStateException("fails");
              }
              return WorkResult.snooze(Duration.ofHours(1));
            });
    InsertOpts opts = InsertOpts.builder().metadata(Map.of("mine", true)).build();

    long fails = client.insert(new TestArgs("fails"), opts).id();
    long snoozes = client.insert(new TestArgs("snoozes"), opts).id();

    assertThat(river.awaitState(fails, RiverJobState.retryable).getMetadata())
        .isEqualTo(
            JSONB.valueOf(
                "{\"mine\": true, \"rows\": 8, \"output\": {\"total\": 9007199254740993}}"));
    assertThat(river.awaitState(snoozes, RiverJobState.scheduled).getMetadata().data())
        .contains("\"snoozes\": 1", "\"rows\": 8", "\"mine\": true");
  }

  @Test
  void refusesMetadataThatIsRiversOwnAndOutputThatIsTooLarge() {
    RiverClient client =
        start(
            (job, context) -> {
              assertThatThrownBy(() -> context.metadata("river:x", 1))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("river:x");
              assertThatThrownBy(() -> context.metadata("snoozes", 1))
                  .isInstanceOf(IllegalArgumentException.class);
              assertThatThrownBy(() -> context.output("x".repeat(32 * 1024 * 1024)))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("at most 33554432 bytes");
              assertThatThrownBy(() -> context.output("nul \0"))
                  .isInstanceOf(IllegalArgumentException.class);
              context.output("fits");
              return WorkResult.completed();
            });

    long id = client.insert(new TestArgs("a")).id();

    assertThat(river.awaitState(id, RiverJobState.completed).getMetadata())
        .isEqualTo(JSONB.valueOf("{\"output\": \"fits\"}"));
  }

  @Test
  void tellsItsProgressWhileItRuns() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    RiverClient client =
        start(
            (job, context) -> {
              for (int percent = 0; percent <= 50; percent++) {
                context.progress(percent, "half of it");
              }
              mayEnd.await();
              return WorkResult.completed();
            });

    long id = client.insert(new TestArgs("a")).id();

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(river.row(id).getMetadata().data())
                    .contains("\"percent\": 50", "half of it"));
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
    mayEnd.countDown();
    river.awaitState(id, RiverJobState.completed);
  }

  @Test
  void keepsTheLinesOfItsLoggerByAttempt() {
    RiverClient client =
        start(
            new Worker<>() {
              @Override
              public WorkResult work(Job<TestArgs> job, JobContext context) {
                context.logger().info("attempt {} of {}", job.attempt(), job.args().name());
                if (job.attempt() == 1) {
                  throw new IllegalStateException("again");
                }
                return WorkResult.completed();
              }

              @Override
              public Optional<Instant> nextRetry(Job<TestArgs> job) {
                return Optional.of(Instant.now());
              }
            });

    long id = client.insert(new TestArgs("it")).id();

    assertThat(river.awaitState(id, RiverJobState.completed).getMetadata().data())
        .contains("\"river:log\": [{\"log\": ", "attempt 1 of it\\n\"", "attempt 2 of it\\n\"")
        .contains("\"attempt\": 1}", "\"attempt\": 2}");
  }

  @Test
  void completesTheJobInATransactionOfItsOwn() {
    RiverClient client =
        start(
            (job, context) -> {
              context.output("in the transaction");
              river
                  .dsl()
                  .transaction(
                      tx -> {
                        tx.dsl().execute("INSERT INTO river_queue (name) VALUES ('mine')");
                        assertThat(context.completeTx(tx.dsl()).state().isFinal()).isTrue();
                      });
              throw new IllegalStateException("changes nothing any more");
            });

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    client.stop();
    assertThat(river.row(id)).isEqualTo(row);
    assertThat(row.getErrors()).isNull();
    assertThat(row.getMetadata().data()).contains("in the transaction");
  }

  @Test
  void aCompletionThatIsRolledBackIsNone() {
    RiverClient client =
        start(
            (job, context) -> {
              assertThatThrownBy(
                      () ->
                          river
                              .dsl()
                              .transaction(
                                  tx -> {
                                    context.completeTx(tx.dsl());
                                    throw new IllegalStateException("roll back");
                                  }))
                  .hasMessage("roll back");
              return WorkResult.cancel("instead");
            });

    long id = client.insert(new TestArgs("a")).id();

    river.awaitState(id, RiverJobState.cancelled);
  }

  @Test
  void theContextIsOfNoUseAfterTheAttempt() {
    RiverClient client =
        start(
            (job, context) -> {
              this.context.set(context);
              return WorkResult.completed();
            });
    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);

    assertThatThrownBy(() -> context.get().metadata("a", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void resumesAfterTheStepsThatWereDoneAndInTheMiddleOfTheFirst() {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    RiverClient client =
        start(
            retryingAtOnce(
                (job, context) -> {
                  context.stepWithCursor(
                      "copy",
                      Integer.class,
                      step -> {
                        ran.add("copy from " + step.cursor().orElse(0));
                        step.cursor(job.attempt() * 100);
                        failAt(job, 1);
                      });
                  context.step("index", step -> ran.add("index"));
                  context.step(
                      "announce",
                      step -> {
                        ran.add("announce");
                        failAt(job, 2);
                      });
                  return WorkResult.completed();
                }));

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(ran)
        .containsExactly("copy from 0", "copy from 100", "index", "announce", "announce");
    assertThat(row.getMetadata().data()).contains("\"river:resumable_step\": \"announce\"");
  }

  @Test
  void aStepThatWasCompletedInATransactionIsNotRunAgain() {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    RiverClient client =
        start(
            retryingAtOnce(
                (job, context) -> {
                  context.step(
                      "pay",
                      step -> {
                        ran.add("pay");
                        river.dsl().transaction(tx -> step.completeTx(tx.dsl()));
                        failAt(job, 1);
                      });
                  context.step("send", step -> ran.add("send"));
                  return WorkResult.completed();
                }));

    long id = client.insert(new TestArgs("a")).id();

    river.awaitState(id, RiverJobState.completed);
    assertThat(ran).containsExactly("pay", "send");
  }

  @Test
  void refusesStepsOfOneNameAndToResumeAfterAStepThatIsGone() {
    RiverClient client =
        start(
            (job, context) -> {
              context.step("a", step -> {});
              if (job.args().name().equals("twice")) {
                context.step("a", step -> {});
              }
              return WorkResult.completed();
            });
    InsertOpts once = InsertOpts.builder().maxAttempts(1).build();
    long twice = client.insert(new TestArgs("twice"), once).id();
    assertThat(river.awaitState(twice, RiverJobState.discarded).getErrors()[0].data())
        .contains("the steps of a job need different names, got twice");

    client.stop();
    long gone = client.insert(new TestArgs("gone"), once).id();
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = '{\"river:resumable_step\": \"old\"}' WHERE id = ?",
            gone);
    client.start();

    assertThat(river.awaitState(gone, RiverJobState.discarded).getErrors()[0].data())
        .contains("resumed after its step \\\"old\\\"");
  }

  @Test
  void whoDoesNotCompleteNeedNotHaveMetTheStepToResumeAfter() {
    RiverClient client = start((job, context) -> WorkResult.snooze(Duration.ofHours(1)));
    InsertOpts opts =
        InsertOpts.builder().scheduledAt(Instant.now().plus(Duration.ofHours(1))).build();
    long id = client.insert(new TestArgs("a"), opts).id();
    river
        .dsl()
        .execute(
            "UPDATE river_job SET state = 'available', scheduled_at = now(),"
                + " metadata = '{\"river:resumable_step\": \"old\"}' WHERE id = ?",
            id);

    assertThat(river.awaitState(id, RiverJobState.scheduled).getErrors()).isNullOrEmpty();
  }

  @Test
  void theErrorHandlerIsToldAndMayCancel() {
    log.expectWarnings();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      if (job.args().name().equals("error")) {
                        throw new AssertionError("error");
                      }
                      if (job.args().name().equals("snooze")) {
                        return WorkResult.snooze(Duration.ofHours(1));
                      }
                      throw new IllegalStateException(job.args().name());
                    })
                .errorHandler(
                    (job, failure) -> {
                      String message = String.valueOf(failure.getMessage());
                      told.add(message);
                      if (message.equals("broken")) {
                        throw new IllegalStateException("the handler itself");
                      }
                      return message.equals("cancel")
                          ? ErrorHandler.Decision.CANCEL
                          : ErrorHandler.Decision.AS_USUAL;
                    }));

    long cancel = client.insert(new TestArgs("cancel")).id();
    long error = client.insert(new TestArgs("error")).id();
    long broken = client.insert(new TestArgs("broken")).id();
    long snooze = client.insert(new TestArgs("snooze")).id();

    assertThat(river.awaitState(cancel, RiverJobState.cancelled).getErrors()).hasSize(1);
    river.awaitState(error, RiverJobState.retryable);
    river.awaitState(broken, RiverJobState.retryable);
    river.awaitState(snooze, RiverJobState.scheduled);
    assertThat(told).containsExactlyInAnyOrder("cancel", "error", "broken");
  }

  @Test
  void aJobThatIgnoresItsInterruptionIsReportedAndMayGetASpareSlot() {
    log.expectWarnings();
    AtomicReference<StuckJob> reported = new AtomicReference<>();
    CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              if (job.args().name().equals("stuck")) {
                                ignoreInterruptions(mayEnd);
                              }
                              return WorkResult.completed();
                            }))
                .queue("default", 1)
                .jobTimeout(Duration.ofSeconds(1))
                .stuckJobHandler(
                    Duration.ofMillis(20),
                    job -> {
                      reported.set(job);
                      return StuckJobHandler.Decision.ADD_SLOT;
                    }));
    long stuck = client.insert(new TestArgs("stuck")).id();
    long other = client.insert(new TestArgs("other")).id();

    river.awaitState(other, RiverJobState.completed);
    assertThat(reported.get().job().id()).isEqualTo(stuck);
    assertThat(reported.get().stack().toString()).contains("ignoreInterruptions");
    mayEnd.complete(null);
    river.awaitState(stuck, RiverJobState.completed);
  }

  record RenamedArgs(String firstName, int version) implements JobArgs {
    @Override
    public String kind() {
      return "renamed";
    }

    @Override
    public List<String> kindAliases() {
      return List.of("old_kind");
    }
  }

  static final class RenamedWorker implements Worker<RenamedArgs> {
    private final List<RenamedArgs> seen = Collections.synchronizedList(new ArrayList<>());

    @Override
    public WorkResult work(Job<RenamedArgs> job, JobContext context) {
      seen.add(job.args());
      return WorkResult.completed();
    }

    @Override
    public List<Upcaster> upcasters() {
      return List.of(
          Upcaster.renamed("first_name", "firstName"),
          new Upcaster(
              args -> !args.containsKey("version"),
              args -> {
                args.put("version", 2);
                return args;
              }));
    }
  }

  @Test
  void readsOlderVersionsOfItsArgumentsUnderOlderKinds() {
    RenamedWorker worker = new RenamedWorker();
    RiverClient client =
        river.client(
            RiverClient.builder(river.dataSource())
                .workers(new Workers().add(worker))
                .queue("default", 1));
    long old = river.insert(NewJobs.ofKind("old_kind"));
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.ARGS, JSONB.valueOf("{\"first_name\": \"Ada\"}"))
        .execute();
    long current = client.insert(new RenamedArgs("Bob", 3)).id();

    client.start();

    river.awaitAll(List.of(old, current), RiverJobState.completed);
    assertThat(worker.seen)
        .containsExactlyInAnyOrder(new RenamedArgs("Ada", 2), new RenamedArgs("Bob", 3));
  }

  private static void failAt(Job<?> job, int attempt) {
    if (job.attempt() == attempt) {
      throw new IllegalStateException("attempt " + attempt);
    }
  }

  /** What a worker should not do: join() goes on whatever comes. */
  private static void ignoreInterruptions(CompletableFuture<Void> mayEnd) {
    mayEnd.join();
  }

  private static Worker<TestArgs> retryingAtOnce(Worker<TestArgs> worker) {
    return new Worker<>() {
      @Override
      public WorkResult work(Job<TestArgs> job, JobContext context) throws Exception {
        return worker.work(job, context);
      }

      @Override
      public Optional<Instant> nextRetry(Job<TestArgs> job) {
        return Optional.of(Instant.now());
      }
    };
  }

  private RiverClient start(Worker<TestArgs> worker) {
    return river.started(builder(worker));
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", 10);
  }
}
