package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.Rude;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens, an attempt ends with an outcome, and its slot works the next job. */
class AttemptEndsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": 1}", "5", "\"\"", "[\"one\"]", "null"})
  void whatCannotBeAStepIsNoPointToResumeAt(String step) {
    log.expectWarnings();
    List<String> done = new ArrayList<>();
    long id =
        stored("{\"river:resumable_step\": %s, \"river:resumable_cursor\": 7}".formatted(step));

    RiverClient client =
        start(
            (job, context) -> {
              context.step("one", body -> done.add("one"));
              return WorkResult.completed();
            });

    river.awaitState(id, RiverJobState.completed);
    assertThat(done).containsExactly("one");
    assertGoesOn(client);
  }

  @Test
  void metadataThatCannotBeReadEndsAnAttempt() {
    log.expectWarnings();
    String number = "1" + "0".repeat(100_000);
    long plain = stored("{\"n\": %s}".formatted(number));
    long resumed = stored("{\"n\": %s, \"river:resumable_step\": \"one\"}".formatted(number));

    RiverClient client =
        start(
            (job, context) -> {
              context.logger().info("a line");
              context.step("one", body -> {});
              return WorkResult.completed();
            });

    assertThat(ended(plain).getState())
        .isIn(RiverJobState.completed, RiverJobState.available, RiverJobState.retryable);
    assertThat(ended(resumed).getAttempt()).isEqualTo(1);
    assertGoesOn(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000", ""})
  void aStepWhoseNameCannotBeStoredFailsBeforeItRuns(String name) {
    List<String> done = new ArrayList<>();
    RiverClient client =
        start(
            (job, context) -> {
              if (job.args().name().equals("bad")) {
                context.step(name, body -> done.add(name));
              }
              return WorkResult.completed();
            });

    RiverJobRecord row = failed(client.insert(new TestArgs("bad")).id());

    assertThat(row.getErrors()[0].data()).contains("the name of a step");
    assertThat(done).isEmpty();
    assertGoesOn(client);
  }

  @Test
  void aNameInMetadataThatCannotBeStoredFailsItsAttempt() {
    RiverClient client =
        start(
            (job, context) -> {
              if (job.args().name().equals("bad")) {
                context.metadata("a\u0000", 1);
              }
              return WorkResult.completed();
            });

    RiverJobRecord row = failed(client.insert(new TestArgs("bad")).id());

    assertThat(row.getErrors()[0].data()).contains("a name in metadata");
    assertGoesOn(client);
  }

  /** A worker that fails, and whose callbacks do what they are told. */
  private record FailingWorker(
      Supplier<Throwable> failure,
      Supplier<Optional<Instant>> next,
      Supplier<Optional<Duration>> limit)
      implements Worker<TestArgs> {

    @Override
    public WorkResult work(Job<TestArgs> job, JobContext context) throws Exception {
      if (job.args().name().equals("good")) {
        return WorkResult.completed();
      }
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (Exception) thrown;
    }

    @Override
    public Optional<Instant> nextRetry(Job<TestArgs> job) {
      return next.get();
    }

    @Override
    public Optional<Duration> timeout(Job<TestArgs> job) {
      return limit.get();
    }
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void callbacksMayThrowCheckedExceptionsAndInterruptTheirThread(Supplier<Object> callback) {
    log.expectWarnings();
    FailingWorker worker =
        new FailingWorker(
            () -> new IllegalStateException("fails"),
            () -> unlikely(callback.get()),
            () -> unlikely(callback.get()));
    RiverClient client =
        river.started(
            builder(worker)
                .errorHandler((job, failure) -> unlikely(callback.get()))
                .retryPolicy(job -> unlikely(callback.get())));

    RiverJobRecord row = failed(client.insert(new TestArgs("bad")).id());

    assertThat(row.getErrors()[0].data()).contains("java.lang.IllegalStateException: fails");
    assertGoesOn(client);
  }

  static Stream<Supplier<Object>> callbacks() {
    return Stream.of(
        Rude::throwsChecked,
        Rude::interruptsAndThrows,
        () -> Rude.interrupts("nothing"),
        () -> {
          throw new OutOfMemoryError("not really");
        },
        () -> {
          throw new StackOverflowError("not really");
        });
  }

  /** A callback that returns returns null, which is no answer either. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what is tested
  private static <T> T unlikely(Object ignored) {
    return null;
  }

  @SuppressWarnings("ThrowableEqualsHashCode") // what is tested
  private static final class RudeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      return Rude.interruptsAndThrows();
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // what is tested
    public String toString() {
      return Rude.interruptsAndThrows();
    }

    @Override
    public void printStackTrace(PrintWriter writer) {
      Rude.interruptsAndThrows();
    }

    @Override
    public boolean equals(Object other) {
      return Rude.throwsChecked();
    }

    @Override
    public int hashCode() {
      return Rude.<Integer>throwsChecked();
    }
  }

  @Test
  void anExceptionWhoseOwnMethodsThrowIsRecorded() {
    log.expectWarnings();
    RiverClient client =
        start(new FailingWorker(RudeException::new, Optional::empty, Optional::empty));

    RiverJobRecord row = failed(client.insert(new TestArgs("bad")).id());

    assertThat(row.getErrors()[0].data()).contains(RudeException.class.getName());
    assertGoesOn(client);
  }

  @ParameterizedTest
  @MethodSource
  void errorsAreRecorded(Error error) {
    RiverClient client = start(new FailingWorker(() -> error, Optional::empty, Optional::empty));

    RiverJobRecord row = failed(client.insert(new TestArgs("bad")).id());

    assertThat(row.getErrors()[0].data()).contains(error.getClass().getName());
    assertGoesOn(client);
  }

  static Stream<Error> errorsAreRecorded() {
    return Stream.of(
        new OutOfMemoryError("not really"), new StackOverflowError(), new AssertionError("no"));
  }

  @Test
  void anOutputIsStoredThatIsAsLargeAsItMayBeAndTheNextAttemptGoesOn() {
    log.expectWarnings(); // on a busy machine it may take more than one try
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      if (job.row().attempt() == 1 && job.args().name().equals("large")) {
                        context.output("x".repeat(20_000_001));
                        throw new IllegalStateException("once more");
                      }
                      return WorkResult.completed();
                    })
                .retryPolicy(job -> Duration.ZERO));

    long id =
        client.insert(new TestArgs("large"), InsertOpts.builder().maxAttempts(2).build()).id();

    river.awaitState(id, RiverJobState.completed);
    assertGoesOn(client);
  }

  private long stored(String metadata) {
    return StoredJob.in(
        river.dsl(),
        RiverJobState.available,
        job -> {
          job.setArgs(JSONB.valueOf("{\"name\": \"stored\"}"));
          job.setMetadata(JSONB.valueOf(metadata));
        });
  }

  /** Waits for the end of the job's first attempt. */
  private RiverJobRecord ended(long id) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river.row(id).getAttempt() > 0
                    && river.row(id).getState() != RiverJobState.running);
    return river.row(id);
  }

  private RiverJobRecord failed(long id) {
    RiverJobRecord row = river.awaitState(id, RiverJobState.retryable);
    assertThat(row.getErrors()).hasSize(1);
    return row;
  }

  /** The only slot is free again, and a stop ends. */
  private void assertGoesOn(RiverClient client) {
    river.awaitState(client.insert(new TestArgs("good")).id(), RiverJobState.completed);
    client.stop();
  }

  private RiverClient start(Worker<TestArgs> worker) {
    return river.started(builder(worker));
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .retryPolicy(job -> Duration.ofHours(1))
        .queue("default", 1);
  }
}
