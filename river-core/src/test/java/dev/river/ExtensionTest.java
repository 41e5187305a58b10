package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExtensionTest {
  private static final InsertOpts ONCE = InsertOpts.builder().maxAttempts(1).build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  /** Notes when it is called. */
  private final class Noting implements Extension {
    private final String name;

    Noting(String name) {
      this.name = name;
    }

    @Override
    public void beforeWork(JobRow job, JobContext context) {
      order.add("before " + name);
    }

    @Override
    public WorkResult aroundWork(JobRow job, JobContext context, Inner inner) throws Exception {
      order.add("into " + name);
      WorkResult result = inner.proceed(job);
      order.add("out of " + name);
      return result;
    }

    @Override
    public void afterWork(JobRow job, JobContext context, Optional<Throwable> failure) {
      order.add("after " + name + failure.map(thrown -> " " + thrown.getMessage()).orElse(""));
    }
  }

  @Test
  void theFirstIsOutermostAndTheClientsLieOutsideTheKinds() {
    RiverClient client =
        river.started(
            builder(noting("work"))
                .extension("test", new Noting("kind"))
                .extension(new Noting("first"))
                .extension(new Noting("second")));

    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);

    assertThat(order)
        .containsExactly(
            "before first",
            "into first",
            "before second",
            "into second",
            "before kind",
            "into kind",
            "work",
            "out of kind",
            "after kind",
            "out of second",
            "after second",
            "out of first",
            "after first");
  }

  @Test
  void runsAfterAFailureToo() {
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      throw new IllegalStateException("fails");
                    })
                .extension(new Noting("outer")));

    river.awaitState(client.insert(new TestArgs("a"), ONCE).id(), RiverJobState.discarded);

    assertThat(order).containsExactly("before outer", "into outer", "after outer fails");
  }

  @Test
  void runsAfterAnErrorAndAfterAFailureOfAnotherToBegin() {
    Extension broken =
        new Extension() {
          @Override
          public void beforeWork(JobRow job, JobContext context) {
            if (job.encodedArgs().contains("begin")) {
              throw new IllegalStateException("can't begin");
            }
          }
        };
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      throw new StackOverflowError("deep");
                    })
                .extension(new Noting("outer"))
                .extension(broken));

    river.awaitState(client.insert(new TestArgs("error"), ONCE).id(), RiverJobState.discarded);
    river.awaitState(client.insert(new TestArgs("begin"), ONCE).id(), RiverJobState.discarded);

    assertThat(order)
        .containsExactly(
            "before outer",
            "into outer",
            "after outer deep",
            "before outer",
            "into outer",
            "after outer can't begin");
  }

  @Test
  void mayTurnAFailureIntoAResultOrIntoAnotherFailure() {
    Extension judging =
        new Extension() {
          @Override
          public WorkResult aroundWork(JobRow job, JobContext context, Inner inner)
              throws Exception {
            try {
              return inner.proceed(job);
            } catch (IllegalStateException e) {
              if (job.encodedArgs().contains("harmless")) {
                return WorkResult.completed();
              }
              throw new UnsupportedOperationException("another", e);
            }
          }
        };
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      throw new IllegalStateException("fails");
                    })
                .extension(judging));

    long harmless = client.insert(new TestArgs("harmless")).id();
    long other = client.insert(new TestArgs("other"), ONCE).id();

    assertThat(river.awaitState(harmless, RiverJobState.completed).getErrors()).isNull();
    assertThat(river.awaitState(other, RiverJobState.discarded).getErrors()[0].data())
        .contains("\"error\": \"java.lang.UnsupportedOperationException: another\"");
  }

  @Test
  void whatIsKeptBeforeAroundInAndAfterTheWorkerIsMerged() {
    Extension keeping =
        new Extension() {
          @Override
          public void beforeWork(JobRow job, JobContext context) {
            context.metadata("before", 1);
            context.metadata("shared", "before");
          }

          @Override
          public WorkResult aroundWork(JobRow job, JobContext context, Inner inner)
              throws Exception {
            context.metadata("around", 2);
            return inner.proceed(job);
          }

          @Override
          public void afterWork(JobRow job, JobContext context, Optional<Throwable> failure) {
            context.metadata("after", 4);
          }
        };
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      context.metadata("worker", 3);
                      context.metadata("shared", "worker");
                      return WorkResult.completed();
                    })
                .extension(keeping));
    InsertOpts opts = InsertOpts.builder().metadata(Map.of("mine", 0)).build();

    long id = client.insert(new TestArgs("a"), opts).id();

    assertThat(river.awaitState(id, RiverJobState.completed).getMetadata())
        .isEqualTo(
            JSONB.valueOf(
                "{\"mine\": 0, \"after\": 4, \"around\": 2, \"before\": 1,"
                    + " \"shared\": \"worker\", \"worker\": 3}"));
  }

  @Test
  void doesNotBelongToAClientThatWasBuiltBefore() {
    RiverClientBuilder builder = builder(noting("work")).extension(new Noting("first"));
    RiverClient before = river.client(builder);
    river.client(builder.extension(new Noting("second")).extension("test", new Noting("third")));

    before.start();
    river.awaitState(before.insert(new TestArgs("a")).id(), RiverJobState.completed);

    assertThat(order)
        .containsExactly("before first", "into first", "work", "out of first", "after first");
  }

  @Test
  void aFailureBeforeTheWorkerFailsTheAttemptAndOneAfterItIsKeptBesideTheFirst() {
    Extension broken =
        new Extension() {
          @Override
          public void beforeWork(JobRow job, JobContext context) {
            if (job.encodedArgs().contains("before")) {
              throw new IllegalStateException("before");
            }
          }

          @Override
          public void afterWork(JobRow job, JobContext context, Optional<Throwable> failure) {
            throw new IllegalStateException("after");
          }
        };
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      order.add(job.args().name());
                      throw new IllegalStateException("the worker");
                    })
                .extension(broken));

    long before = client.insert(new TestArgs("before"), ONCE).id();
    long both = client.insert(new TestArgs("both"), ONCE).id();

    assertThat(river.awaitState(before, RiverJobState.discarded).getErrors()[0].data())
        .contains("\"error\": \"java.lang.IllegalStateException: before\"");
    assertThat(river.awaitState(both, RiverJobState.discarded).getErrors()[0].data())
        .contains("\"error\": \"java.lang.IllegalStateException: the worker\"")
        .contains("Suppressed: java.lang.IllegalStateException: after");
    assertThat(order).containsExactly("both");
  }

  @Test
  void mayReplaceTheArgumentsKeepMetadataAndAnswerInsteadOfTheWorker() {
    Extension rewriting =
        new Extension() {
          @Override
          public WorkResult aroundWork(JobRow job, JobContext context, Inner inner)
              throws Exception {
            context.metadata("by", "extension");
            return job.encodedArgs().contains("skip")
                ? WorkResult.cancel("instead")
                : inner.proceed(job.withEncodedArgs("{\"name\": \"rewritten\"}"));
          }
        };
    RiverClient client = river.started(builder(noting("work")).extension(rewriting));

    long rewritten = client.insert(new TestArgs("secret")).id();
    assertThat(river.awaitState(rewritten, RiverJobState.completed).getMetadata().data())
        .isEqualTo("{\"by\": \"extension\"}");
    long skipped = client.insert(new TestArgs("skip")).id();
    river.awaitState(skipped, RiverJobState.cancelled);

    assertThat(order).containsExactly("work");
    assertThat(names).containsExactly("rewritten");
  }

  @Test
  void isToldOfClaims() {
    log.expectWarnings();
    AtomicInteger jobs = new AtomicInteger();
    RiverClient client =
        river.started(
            builder(noting("work"))
                .extension(
                    new Extension() {
                      @Override
                      public void claimed(String queue, int count, Duration duration) {
                        assertThat(queue).isEqualTo("default");
                        assertThat(duration).isPositive();
                        jobs.addAndGet(count);
                        throw new IllegalStateException("a careless extension");
                      }
                    }));

    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);

    assertThat(jobs.get()).isEqualTo(1);
  }

  @Test
  void aWorkerInsertsFollowUpJobsInATransactionOfItsOwn() {
    RiverClient client =
        river.started(
            builder(
                (job, context) -> {
                  if (job.args().name().equals("first")) {
                    river
                        .dsl()
                        .transaction(
                            tx -> {
                              context.client().insertTx(tx.dsl(), new TestArgs("second"));
                              context.completeTx(tx.dsl());
                            });
                  }
                  order.add(job.args().name());
                  return WorkResult.completed();
                }));

    client.insert(new TestArgs("first"));

    org.awaitility.Awaitility.await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> order.contains("second"));
  }

  private final List<String> names = Collections.synchronizedList(new ArrayList<>());

  private Worker<TestArgs> noting(String what) {
    return (job, context) -> {
      order.add(what);
      names.add(job.args().name());
      return WorkResult.completed();
    };
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", 10);
  }
}
