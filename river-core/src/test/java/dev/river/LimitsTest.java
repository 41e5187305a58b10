package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.JobUpdate;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be written can be read, and what can't be is refused when it is written. */
class LimitsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  record DataArgs(Map<String, Object> data) implements JobArgs {
    @Override
    public String kind() {
      return "data";
    }
  }

  record RawArgs(@JsonRawValue String json) implements JobArgs {
    @Override
    public String kind() {
      return "raw";
    }
  }

  /** The same job fails once, so that a second attempt reads what the first one has written. */
  private static Worker<DataArgs> twice(Body body) {
    return new Worker<>() {
      @Override
      public WorkResult work(dev.river.job.Job<DataArgs> job, JobContext context) throws Exception {
        body.run(job.args(), context);
        if (job.attempt() == 1) {
          throw new IllegalStateException("once more");
        }
        return WorkResult.completed();
      }

      @Override
      public Optional<Instant> nextRetry(dev.river.job.Job<DataArgs> job) {
        return Optional.of(Instant.EPOCH);
      }
    };
  }

  @FunctionalInterface
  private interface Body {
    void run(DataArgs args, JobContext context) throws Exception;
  }

  private static Object nested(int depth) {
    Object value = List.of();
    for (int i = 1; i < depth; i++) {
      value = List.of(value);
    }
    return value;
  }

  static List<Map<String, Object>> largest() {
    return List.of(
        Map.of("n", BigInteger.TEN.pow(1_001)),
        Map.of("n", BigInteger.TEN.pow(131_071)),
        Map.of("n", new BigDecimal("1E-16383")),
        Map.of("n", new BigDecimal("1E+131071")),
        Map.of("x".repeat(65_536), 1),
        Map.of("deep", nested(998)));
  }

  @ParameterizedTest
  @MethodSource("largest")
  void whatMayBeWrittenIsReadByTwoAttempts(Map<String, Object> data) {
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            DataArgs.class,
                            twice(
                                (args, context) -> {
                                  assertThat(args.data()).hasSize(1);
                                  context.logger().info("attempt {}", 1);
                                })))
                .queue("default", 1));

    long id = client.insert(new DataArgs(data), InsertOpts.builder().metadata(data).build()).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(row.getAttempt()).isEqualTo(2);
  }

  @Test
  void anAttemptKeepsWhatTheNextOneReads() {
    BigDecimal cursor = new BigDecimal("0.12345678901234567890");
    List<Object> read = Collections.synchronizedList(new ArrayList<>());
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            DataArgs.class,
                            twice(
                                (args, context) -> {
                                  context.output("x".repeat(100_000));
                                  context.metadata("deep", nested(1_000));
                                  context.metadata("n", BigInteger.TEN.pow(10_000));
                                  context.step("y".repeat(65_536), step -> {});
                                  context.stepWithCursor(
                                      "with",
                                      BigDecimal.class,
                                      step -> {
                                        step.cursor().ifPresent(read::add);
                                        step.cursor(cursor);
                                        if (read.isEmpty()) {
                                          throw new IllegalStateException("in the middle");
                                        }
                                      });
                                })))
                .queue("default", 1));

    long id = client.insert(new DataArgs(Map.of())).id();

    assertThat(river.awaitState(id, RiverJobState.completed).getAttempt()).isEqualTo(2);
    assertThat(read).containsExactly(cursor);
  }

  static Stream<Map<String, Object>> tooLarge() {
    return Stream.of(
        Map.of("n", BigInteger.TEN.pow(131_072)),
        Map.of("n", new BigDecimal("1E-16384")),
        Map.of("n", new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE)),
        Map.of("n", new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)),
        Map.of("n", Collections.nCopies(9_000, new BigDecimal("1E131071"))),
        Map.of("x".repeat(65_537), 1),
        Map.of("a\0b", 1),
        Map.of("a\uD83Db", 1),
        Map.of("text", "ä".repeat(33_554_432)),
        Map.of("deep", nested(1_001)),
        Map.of("nan", Double.NaN));
  }

  // Not a parameterised test: its parameters would become names, which must be valid Unicode.
  @Test
  void refusesWhatCouldNotBeReadBeforeAnySqlRuns() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    long id = client.insert(new TestArgs("a")).id();

    tooLarge()
        .forEach(
            data -> {
              assertRefused(() -> client.insert(new DataArgs(data)));
              assertRefused(() -> client.insertManyFast(Stream.of(Insert.of(new DataArgs(data)))));
              InsertOpts opts = InsertOpts.builder().metadata(data).build();
              assertRefused(() -> client.insert(new TestArgs("a"), opts));
              JobUpdate metadata = JobUpdate.builder().metadata(data).build();
              assertRefused(() -> client.jobs().update(id, metadata));
              JobUpdate output = JobUpdate.builder().output(data).build();
              assertRefused(() -> client.jobs().update(id, output));
            });
    assertRefused(() -> client.insert(new RawArgs("{")));
    assertRefused(() -> client.insert(new RawArgs("")));
    assertRefused(() -> client.insert(new RawArgs("1e131072")));
    assertThat(river.row(id).getMetadata().data()).isEqualTo("{}");
  }

  @Test
  void refusesWhatAnAttemptCanNotKeep() {
    Map<String, @Nullable Throwable> refusals = Collections.synchronizedMap(new LinkedHashMap<>());
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              keep(refusals, "step", () -> context.step("a\0", step -> {}));
                              keep(
                                  refusals,
                                  "long step",
                                  () -> context.step("s".repeat(65_537), step -> {}));
                              keep(refusals, "name", () -> context.metadata("a\0", 1));
                              keep(refusals, "value", () -> context.metadata("a", "b\uD83D"));
                              keep(refusals, "progress", () -> context.progress(1, "a\0"));
                              keep(
                                  refusals, "output", () -> context.output("x".repeat(33_554_431)));
                              return WorkResult.completed();
                            }))
                .queue("default", 1));

    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);

    assertThat(refusals.values()).hasSize(6).allMatch(IllegalArgumentException.class::isInstance);
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private static void keep(Map<String, @Nullable Throwable> refusals, String name, Action action) {
    try {
      action.run();
      refusals.put(name, null);
    } catch (Exception e) {
      refusals.put(name, e);
    }
  }

  private static void assertRefused(Action action) {
    assertThatThrownBy(action::run)
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(1_000));
  }

  @Test
  void whatOthersWroteBeyondTheLimitsNamesItsJob() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    long id = client.insert(new DataArgs(Map.of())).id();
    river
        .dsl()
        .execute(
            "UPDATE river_job SET args = jsonb_build_object('data', jsonb_build_object(repeat('n', 70000), 1)) WHERE id = ?",
            id);

    assertThatThrownBy(() -> client.jobs().get(id, DataArgs.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("job %s is of kind data: args can't be read as ", id)
        .hasMessageNotContaining("nnnn");
    assertThat(client.jobs().get(id)).isPresent();
  }

  @Test
  void aReasonToCancelIsShortenedToWhatCanBeStored() {
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> WorkResult.cancel("r".repeat(1_000_000))))
                .queue("default", 1)
                .jobTimeout(Duration.ZERO));

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.cancelled);
    assertThat(row.getErrors()[0].data()).contains("(shortened)").hasSizeLessThan(40_000);
  }
}
