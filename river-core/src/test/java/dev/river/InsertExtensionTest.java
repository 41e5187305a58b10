package dev.river;

import static dev.river.InsertExtensions.before;
import static dev.river.schema.Tables.RIVER_JOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.InsertExtensions.Noting;
import dev.river.InsertExtensions.OtherArgs;
import dev.river.error.UniqueConflictException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobInsertParams;
import dev.river.job.JobRow;
import dev.river.job.UniqueOpts;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.InsertCall;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InsertExtensionTest {
  private static final InsertOpts BY_ARGS =
      InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  /** Puts arguments out of sight, never twice alike. */
  private static final class Hiding implements Extension {
    private int count;

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) {
      String hidden = Base64.getEncoder().encodeToString(job.encodedArgs().getBytes(UTF_8));
      return job.toBuilder()
          .encodedArgs("{\"hidden\": \"%s\", \"nonce\": %s}".formatted(hidden, count++))
          .build();
    }

    @Override
    public WorkResult aroundWork(JobRow job, JobContext context, Inner inner) throws Exception {
      String hidden = job.encodedArgs().replaceFirst(".*\"hidden\": \"([^\"]*)\".*", "$1");
      return inner.proceed(
          job.withEncodedArgs(new String(Base64.getDecoder().decode(hidden), UTF_8)));
    }
  }

  @Test
  void theFirstIsOutermostAndTheClientsLieOutsideTheKinds() {
    RiverClient client =
        client(
            builder()
                .extension("test", new Noting("kind", order))
                .extension(new Noting("first", order))
                .extension(new Noting("second", order)));

    client.insert(new TestArgs("a"));

    assertThat(order)
        .containsExactly(
            "before first {\"name\":\"a\"}",
            "before second {\"name\":\"a\"}",
            "before kind {\"name\":\"a\"}",
            "into first 1",
            "into second 1",
            "into kind 1",
            "out of kind [false] 1",
            "after kind",
            "out of second [false] 1",
            "after second",
            "out of first [false] 1",
            "after first");
  }

  @Test
  void thoseOfAKindSeeTheJobsOfTheirKindOnly() {
    RiverClient client =
        client(
            builder()
                .extension("other", new Noting("others", order))
                .extension("test", new Noting("tests", order))
                .extension("absent", new Noting("absent", order))
                .extension(new Noting("all", order)));

    client.insertMany(
        List.of(
            Insert.of(new TestArgs("1"), BY_ARGS),
            Insert.of(new OtherArgs("2")),
            Insert.of(new TestArgs("1"), BY_ARGS)));

    assertThat(order)
        .containsExactly(
            "before all {\"name\":\"1\"}",
            "before tests {\"name\":\"1\"}",
            "before all {\"name\":\"2\"}",
            "before others {\"name\":\"2\"}",
            "before all {\"name\":\"1\"}",
            "before tests {\"name\":\"1\"}",
            "into all 3",
            "into others 1",
            "into tests 2",
            "out of tests [false, true] 1",
            "after tests",
            "out of others [false] 1",
            "after others",
            "out of all [false, false, true] 2",
            "after all");
  }

  @Test
  void aroundACopyItIsToldHowManyAndBeforeItOfEach() {
    RiverClient client =
        client(
            builder()
                .extension(new Noting("all", order))
                .extension("other", new Noting("others", order)));

    assertThat(
            client.insertManyFast(
                Stream.of(Insert.of(new TestArgs("1")), Insert.of(new OtherArgs("2")))))
        .isEqualTo(2);

    assertThat(order)
        .containsExactly(
            "into all 0 copy",
            "before all {\"name\":\"1\"}",
            "before all {\"name\":\"2\"}",
            "before others {\"name\":\"2\"}",
            "out of all [] 2",
            "after all");
  }

  @Test
  void aCopyStillTakesOneJobAfterTheOther() {
    RiverClient client = client(builder().extension(new Noting("all", order)));

    client.insertManyFast(
        IntStream.range(0, 3)
            .mapToObj(number -> Insert.of(new TestArgs("" + number)))
            .peek(job -> order.add("taken " + job.args().name())));

    assertThat(order)
        .containsSubsequence(
            "taken 0", "before all {\"name\":\"0\"}", "taken 1", "before all {\"name\":\"1\"}");
    assertThat(order.indexOf("before all {\"name\":\"0\"}")).isLessThan(order.indexOf("taken 1"));
  }

  @Test
  void mayChangeEverythingButTheKind() {
    Instant future = Instant.parse("2100-01-01T00:00:00Z");
    RiverClient client =
        client(
            builder()
                .extension(
                    before(
                        job ->
                            job.toBuilder()
                                .encodedArgs("{\"name\": \"changed\"}")
                                .queue("mail")
                                .priority(3)
                                .maxAttempts(7)
                                .scheduledAt(future)
                                .tags(List.of("one-tag"))
                                .metadata("trace", List.of(1, 2))
                                .build()))
                .extension(before(job -> job.toBuilder().pending(true).build())));
    InsertOpts opts =
        InsertOpts.builder().metadata(Map.of("own", "kept")).tags("own").priority(2).build();

    List<RiverJobRecord> rows =
        List.of(
            river.row(client.insert(new TestArgs("a"), opts).id()),
            river.row(client.insertMany(List.of(Insert.of(new TestArgs("a"), opts))).get(0).id()),
            copied(client, Insert.of(new TestArgs("a"), opts)));

    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.getArgs()).isEqualTo(JSONB.valueOf("{\"name\": \"changed\"}"));
              assertThat(row.getQueue()).isEqualTo("mail");
              assertThat(row.getPriority()).isEqualTo(3);
              assertThat(row.getMaxAttempts()).isEqualTo(7);
              assertThat(row.getScheduledAt()).isEqualTo(future);
              assertThat(row.getState()).isEqualTo(RiverJobState.pending);
              assertThat(row.getTags()).containsExactly("one-tag");
              assertThat(row.getMetadata().data())
                  .isEqualTo("{\"own\": \"kept\", \"trace\": [1, 2]}");
            });
  }

  @Test
  void tellsWhichJobsItWillStoreAsAllExtensionsLeftThem() {
    List<JobInsertParams> seen = new ArrayList<>();
    RiverClient client =
        client(
            builder()
                .extension(
                    new Extension() {
                      @Override
                      public void aroundInsert(InsertCall call, InnerInsert inner)
                          throws Exception {
                        seen.addAll(call.jobs());
                        assertThat(inner.proceed().rows())
                            .singleElement()
                            .satisfies(row -> assertThat(row.job().queue()).isEqualTo("mail"))
                            .satisfies(row -> assertThat(row.id()).isEqualTo(row.job().id()));
                      }
                    })
                .extension(before(job -> job.toBuilder().queue("mail").build())));

    client.insert(new TestArgs("a"));

    assertThat(seen)
        .containsExactly(
            JobInsertParams.of(
                "test", "{\"name\":\"a\"}", InsertOpts.builder().queue("mail").build()));
  }

  @Test
  void hidesArgumentsFromTheDatabaseAndNotFromTheWorker() {
    List<String> worked = Collections.synchronizedList(new ArrayList<>());
    RiverClient client =
        river.started(
            working(
                    (job, context) -> {
                      worked.add(job.args().name());
                      return WorkResult.completed();
                    })
                .extension("test", new Hiding()));

    Inserted<TestArgs> inserted = client.insert(new TestArgs("secret"));

    assertThat(inserted.job().args()).isEqualTo(new TestArgs("secret"));
    RiverJobRecord row = river.awaitState(inserted.id(), RiverJobState.completed);
    assertThat(row.getArgs().data()).contains("hidden").doesNotContain("secret");
    assertThat(worked).containsExactly("secret");
  }

  @Test
  void comparesUniqueJobsByWhatTheirInserterGave() {
    RiverClient client =
        client(
            builder()
                .extension(new Hiding())
                .extension(before(job -> job.toBuilder().queue("elsewhere").build())));
    RiverClient plain = client(builder());
    InsertOpts opts =
        InsertOpts.builder().unique(UniqueOpts.builder().byArgs().byQueue().build()).build();

    long first = client.insert(new TestArgs("a"), opts).id();
    Inserted<TestArgs> second = client.insert(new TestArgs("a"), opts);

    assertThat(second.duplicate()).isTrue();
    assertThat(second.id()).isEqualTo(first);
    assertThat(second.job().args()).isEqualTo(new TestArgs("a"));
    assertThat(second.job().row().encodedArgs()).contains("hidden");
    assertThat(client.insert(new TestArgs("b"), opts).duplicate()).isFalse();
    assertThat(plain.insert(new TestArgs("a"), opts).id()).isEqualTo(first);
    assertThatThrownBy(() -> copied(client, Insert.of(new TestArgs("a"), opts)))
        .isInstanceOf(UniqueConflictException.class);
  }

  @Test
  void insertsInTheCallersTransaction() {
    RiverClient client = client(builder().extension(new Noting("all", order)));

    assertThatThrownBy(
            () ->
                river
                    .dsl()
                    .transaction(
                        tx -> {
                          client.insertTx(tx.dsl(), new TestArgs("a"));
                          throw new IllegalStateException("rolled back");
                        }))
        .hasMessage("rolled back");

    assertThat(order).endsWith("out of all [false] 1", "after all");
    assertThat(count()).isZero();
  }

  @Test
  void liesAroundFollowUpsOfAWorker() {
    RiverClient client =
        river.started(
            working(
                    (job, context) -> {
                      if (job.args().name().equals("first")) {
                        order.add("id " + context.client().insert(new TestArgs("follow-up")).id());
                      }
                      return WorkResult.completed();
                    })
                .extension("test", new Hiding())
                .extension(new Noting("all", order)));

    client.insert(new TestArgs("first"));
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> order.stream().anyMatch(step -> step.startsWith("id ")));

    assertThat(order).contains("before all {\"name\":\"follow-up\"}");
    long id =
        order.stream()
            .filter(step -> step.startsWith("id "))
            .mapToLong(step -> Long.parseLong(step.substring(3)))
            .sum();
    assertThat(river.awaitState(id, RiverJobState.completed).getArgs().data()).contains("hidden");
  }

  @Test
  void aJobWithoutAnExtensionAroundItTakesOneStatement() {
    AtomicInteger transactions = new AtomicInteger();
    RiverClient client =
        client(
            RiverClient.builder(counting(transactions))
                .extension("other", new Noting("others", order)));

    client.insert(new TestArgs("a"));
    assertThat(transactions).hasValue(0);
    client.insert(new OtherArgs("b"));
    assertThat(transactions).hasValue(1);
  }

  /** Counts how often connections stop to commit by themselves. */
  private DataSource counting(AtomicInteger transactions) {
    return watching(
        DataSource.class,
        river.dataSource(),
        (method, result) ->
            result instanceof Connection connection
                ? watching(
                    Connection.class,
                    connection,
                    (call, returned) -> {
                      if (call.equals("setAutoCommit[false]")) {
                        transactions.incrementAndGet();
                      }
                      return returned;
                    })
                : result);
  }

  private static <T> T watching(
      Class<T> type, T target, BiFunction<String, @Nullable Object, @Nullable Object> watch) {
    return type.cast(
        Proxy.newProxyInstance(
            InsertExtensionTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                watch.apply(
                    method.getName() + Arrays.toString(arguments),
                    method.invoke(target, arguments))));
  }

  private RiverJobRecord copied(RiverClient client, Insert<?> job) {
    client.insertManyFast(Stream.of(job));
    return river.dsl().selectFrom(RIVER_JOB).orderBy(RIVER_JOB.ID.desc()).limit(1).fetchSingle();
  }

  private int count() {
    return river.dsl().fetchCount(RIVER_JOB);
  }

  private RiverClient client(RiverClientBuilder builder) {
    return river.client(builder);
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource());
  }

  private RiverClientBuilder working(Worker<TestArgs> worker) {
    return builder().workers(new Workers().add(TestArgs.class, worker)).queue("default", 10);
  }
}
