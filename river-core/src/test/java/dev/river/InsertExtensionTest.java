package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.error.InsertRefusedException;
import dev.river.error.RiverException;
import dev.river.error.UniqueConflictException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
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
import dev.river.work.InsertResult;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.IOException;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InsertExtensionTest {
  private static final InsertOpts BY_ARGS =
      InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  private record OtherArgs(String name) implements JobArgs {
    @Override
    public String kind() {
      return "other";
    }
  }

  /** Notes when it is called, and for which jobs. */
  private class Noting implements Extension {
    private final String name;

    Noting(String name) {
      this.name = name;
    }

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
      order.add("before " + name + " " + job.encodedArgs());
      return job;
    }

    @Override
    public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
      order.add("into " + name + " " + call.jobs().size() + (call.isCopy() ? " copy" : ""));
      InsertResult result = inner.proceed();
      order.add(
          "out of %s %s %d"
              .formatted(
                  name,
                  result.rows().stream().map(InsertResult.Row::duplicate).toList(),
                  result.count()));
    }

    @Override
    public void afterInsert(InsertCall call, Optional<Throwable> failure) throws Exception {
      order.add("after " + name + failure.map(thrown -> " " + thrown.getMessage()).orElse(""));
    }
  }

  /** Puts arguments out of sight, never twice alike. */
  private static final class Hiding implements Extension {
    private int count;

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) {
      String hidden = Base64.getEncoder().encodeToString(job.encodedArgs().getBytes(UTF_8));
      return job.toBuilder()
          .encodedArgs("{\"hidden\": \"%s\", \"nonce\": %d}".formatted(hidden, count++))
          .build();
    }

    @Override
    public WorkResult aroundWork(JobRow job, JobContext context, Inner inner) throws Exception {
      String hidden = job.encodedArgs().replaceFirst(".*\"hidden\": \"([^\"]*)\".*", "$1");
      return inner.proceed(
          job.withEncodedArgs(new String(Base64.getDecoder().decode(hidden), UTF_8)));
    }
  }

  /** Fails where it is told to. */
  private static final class Failing implements Extension {
    private final String where;
    private final Exception failure;

    Failing(String where, Exception failure) {
      this.where = where;
      this.failure = failure;
    }

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
      if (where.equals("before") && job.encodedArgs().contains("bad")) {
        throw failure;
      }
      return job;
    }

    @Override
    public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
      inner.proceed();
      if (where.equals("around")) {
        throw failure;
      }
    }

    @Override
    public void afterInsert(InsertCall call, Optional<Throwable> thrown) throws Exception {
      if (where.equals("after")) {
        throw failure;
      }
    }
  }

  @Test
  void theFirstIsOutermostAndTheClientsLieOutsideTheKinds() {
    RiverClient client =
        client(
            builder()
                .extension("test", new Noting("kind"))
                .extension(new Noting("first"))
                .extension(new Noting("second")));

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
                .extension("other", new Noting("others"))
                .extension("test", new Noting("tests"))
                .extension("absent", new Noting("absent"))
                .extension(new Noting("all")));

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
        client(builder().extension(new Noting("all")).extension("other", new Noting("others")));

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
    RiverClient client = client(builder().extension(new Noting("all")));

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
  void refusesAJobBeforeAnythingIsInserted() {
    IOException cause = new IOException("no key");
    RiverClient client =
        client(builder().extension(new Noting("outer")).extension(new Failing("before", cause)));
    List<Insert<TestArgs>> jobs =
        Stream.of("good", "bad").map(name -> Insert.of(new TestArgs(name))).toList();

    assertThatThrownBy(() -> client.insert(new TestArgs("bad")))
        .isInstanceOfSatisfying(
            InsertRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo("test");
              assertThat(refused.position()).isEmpty();
            })
        .hasMessage(
            "job (kind test) was refused by %s: java.io.IOException: no key",
            Failing.class.getName())
        .hasCause(cause);
    for (Throwable thrown :
        List.of(
            catchThrowable(() -> client.insertMany(jobs)),
            catchThrowable(() -> client.insertManyFast(jobs.stream())))) {
      assertThat(thrown)
          .isInstanceOfSatisfying(
              InsertRefusedException.class, refused -> assertThat(refused.position()).hasValue(1))
          .hasMessageStartingWith("job 1 (kind test) was refused by")
          .hasCause(cause);
    }

    assertThat(count()).isZero();
    assertThat(order)
        .filteredOn(step -> !step.startsWith("before"))
        .containsExactly(
            "into outer 0 copy",
            "after outer job 1 (kind test) was refused by %s: java.io.IOException: no key"
                .formatted(Failing.class.getName()));
  }

  @Test
  void anUncheckedRefusalIsACauseToo() {
    RuntimeException cause = new IllegalStateException("closed");
    RiverClient client = client(builder().extension(new Failing("before", cause)));

    assertThatThrownBy(() -> client.insert(new TestArgs("bad")))
        .isInstanceOf(InsertRefusedException.class)
        .hasCause(cause);
  }

  @Test
  void anInterruptedExtensionLeavesTheThreadInterrupted() {
    RiverClient client =
        client(builder().extension(new Failing("before", new InterruptedException("now"))));

    assertThatThrownBy(() -> client.insert(new TestArgs("bad")))
        .isInstanceOf(InsertRefusedException.class);

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void refusesWhatAnExtensionMakesThatCantBeStored() {
    RiverClient client =
        client(
            builder()
                .extension("test", before(job -> job.toBuilder().encodedArgs("[1]").build()))
                .extension("other", before(job -> job.toBuilder().queue("No Queue").build())));

    assertThatThrownBy(() -> client.insert(new TestArgs("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("encodedArgs must be a JSON object, got: [1]");
    assertThatThrownBy(() -> client.insertMany(List.of(Insert.of(new TestArgs("a")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "job 0 (kind test) can't be inserted: encodedArgs must be a JSON object, got: [1]");
    assertThatThrownBy(() -> client.insert(new OtherArgs("a")))
        .isInstanceOf(InsertRefusedException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got: \"No Queue\"");
    assertThat(count()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless extension returns
  void refusesAnotherKindAndNull() {
    RiverClient client =
        client(
            builder()
                .extension(
                    "test", before(job -> JobInsertParams.of("other", "{}", InsertOpts.defaults())))
                .extension("other", before(job -> null)));

    assertThatThrownBy(() -> client.insert(new TestArgs("a")))
        .isInstanceOf(InsertRefusedException.class)
        .hasMessageEndingWith("beforeInsert must keep the kind, got: other for test");
    assertThatThrownBy(() -> client.insert(new OtherArgs("a")))
        .isInstanceOf(InsertRefusedException.class)
        .hasMessageEndingWith("beforeInsert returned null");
  }

  @Test
  void runsAfterAFailureTooWhichItCantHide() {
    IllegalStateException second = new IllegalStateException("second");
    RiverClient client =
        client(
            builder()
                .extension(new Noting("outer"))
                .extension(
                    around(
                        inner ->
                            assertThatThrownBy(inner::proceed)
                                .isInstanceOf(DatabaseException.class)))
                .extension(new Failing("after", second))
                .extension(unstorable()));

    Throwable thrown = catchThrowable(() -> client.insert(new TestArgs("a")));

    assertThat(thrown).isInstanceOf(DatabaseException.class).hasSuppressedException(second);
    assertThat(order).endsWith("into outer 1", "after outer " + thrown.getMessage());
    assertThat(count()).isZero();
  }

  @Test
  void aCallersTransactionGoesOnAfterAFailureInTheDatabase() {
    RiverClient client = client(builder().extension("test", unstorable()));

    river
        .dsl()
        .transaction(
            tx -> {
              assertThatThrownBy(() -> client.insertTx(tx.dsl(), new TestArgs("a")))
                  .isInstanceOf(DatabaseException.class);
              client.insertTx(tx.dsl(), new OtherArgs("b"));
            });

    assertThat(river.dsl().fetchSingle(RIVER_JOB).getKind()).isEqualTo("other");
  }

  @Test
  void aFailureAfterTheInsertRollsItBack() {
    for (String where : List.of("around", "after")) {
      RuntimeException failure = new IllegalStateException(where);
      RiverClient client = client(builder().extension(new Failing(where, failure)));
      List<Insert<TestArgs>> jobs = List.of(Insert.of(new TestArgs("a")));

      assertThatThrownBy(() -> client.insert(new TestArgs("a"))).isSameAs(failure);
      assertThatThrownBy(() -> client.insertMany(jobs)).isSameAs(failure);
      assertThatThrownBy(() -> client.insertManyFast(jobs.stream())).isSameAs(failure);
    }
    assertThat(count()).isZero();
  }

  @Test
  void aCheckedFailureIsTheCauseOfAnUncheckedOne() {
    IOException failure = new IOException("no log");
    RiverClient client = client(builder().extension(new Failing("after", failure)));

    assertThatThrownBy(() -> client.insert(new TestArgs("a")))
        .isInstanceOf(RiverException.class)
        .hasMessage("an extension failed around an insert: java.io.IOException: no log")
        .hasCause(failure);
  }

  @Test
  void aCallersTransactionIsAsItWasBeforeAFailure() throws Exception {
    RiverClient plain = client(builder());
    RuntimeException failure = new IllegalStateException("after");
    RiverClient client = client(builder().extension("test", new Failing("after", failure)));
    List<Insert<TestArgs>> jobs = List.of(Insert.of(new TestArgs("many")));
    RiverClient copying = client(builder().extension(new Failing("after", failure)));

    river
        .dsl()
        .transaction(
            tx -> {
              plain.insertTx(tx.dsl(), new TestArgs("earlier"));
              assertThatThrownBy(() -> client.insertTx(tx.dsl(), new TestArgs("one")))
                  .isSameAs(failure);
              assertThatThrownBy(() -> client.insertManyTx(tx.dsl(), jobs)).isSameAs(failure);
              assertThatThrownBy(() -> copying.insertManyFastTx(tx.dsl(), jobs.stream()))
                  .isSameAs(failure);
            });
    try (Connection connection = river.dataSource().getConnection()) {
      assertThatThrownBy(() -> client.insertTx(connection, new TestArgs("commits by itself")))
          .isSameAs(failure);
      connection.setAutoCommit(false);
      plain.insertTx(connection, new TestArgs("earlier too"));
      assertThatThrownBy(() -> client.insertTx(connection, new TestArgs("one"))).isSameAs(failure);
      assertThatThrownBy(() -> client.insertManyTx(connection, jobs)).isSameAs(failure);
      connection.commit();
    }

    assertThat(river.dsl().select(RIVER_JOB.ARGS).from(RIVER_JOB).fetch(RIVER_JOB.ARGS))
        .extracting(JSONB::data)
        .containsExactlyInAnyOrder("{\"name\": \"earlier\"}", "{\"name\": \"earlier too\"}");
  }

  @Test
  void insertsInTheCallersTransaction() {
    RiverClient client = client(builder().extension(new Noting("all")));

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
  void mustProceedOnce() {
    Extension never = around(inner -> {});
    Extension twice =
        around(
            inner -> {
              inner.proceed();
              assertThatThrownBy(inner::proceed).isInstanceOf(IllegalStateException.class);
            });
    Extension elsewhere =
        around(
            inner -> {
              Thread thread =
                  new Thread(
                      () ->
                          assertThatThrownBy(inner::proceed)
                              .isInstanceOf(IllegalStateException.class));
              thread.start();
              thread.join();
            });

    assertMisused(never, "but %s didn't call it");
    assertMisused(twice, "but %s called it again");
    assertMisused(elsewhere, "but %s didn't call it");
    assertThat(count()).isZero();
  }

  @Test
  void mustNotProceedLate() {
    List<Extension.InnerInsert> kept = new ArrayList<>();
    RiverClient client =
        client(
            builder()
                .extension(
                    around(
                        inner -> {
                          kept.add(inner);
                          inner.proceed();
                        })));
    client.insert(new TestArgs("a"));

    assertThatThrownBy(kept.getFirst()::proceed)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("called it late or on another thread");
    assertThat(count()).isEqualTo(1);
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
                .extension(new Noting("all")));

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

  private void assertMisused(Extension extension, String message) {
    RiverClient client =
        client(builder().extension(new Noting("outer")).extension("test", extension));
    String expected =
        "aroundInsert must call inner.proceed() once, on its own thread, "
            + message.formatted(extension.getClass().getName());

    assertThatThrownBy(() -> client.insert(new TestArgs("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(expected);
    assertThat(order).endsWith("after outer " + expected);
  }

  private interface Before {
    JobInsertParams change(JobInsertParams job) throws Exception;
  }

  private interface Around {
    void run(Extension.InnerInsert inner) throws Exception;
  }

  private static Extension before(Before before) {
    return new Extension() {
      @Override
      public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
        return before.change(job);
      }
    };
  }

  /** It is JSON, but too large a number for PostgreSQL. */
  private static Extension unstorable() {
    return before(job -> job.toBuilder().encodedArgs("{\"number\": 1e400000}").build());
  }

  private static Extension around(Around around) {
    return new Extension() {
      @Override
      public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
        around.run(inner);
      }
    };
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
