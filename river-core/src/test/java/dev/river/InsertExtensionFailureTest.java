package dev.river;

import static dev.river.InsertExtensions.around;
import static dev.river.InsertExtensions.before;
import static dev.river.InsertExtensions.unstorable;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.river.InsertExtensions.Failing;
import dev.river.InsertExtensions.Noting;
import dev.river.InsertExtensions.OtherArgs;
import dev.river.error.DatabaseException;
import dev.river.error.InsertRefusedException;
import dev.river.error.RiverException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobInsertParams;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import java.io.IOException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong in extensions around inserts, and what is left of the insert. */
class InsertExtensionFailureTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @Test
  void refusesAJobBeforeAnythingIsInserted() {
    IOException cause = new IOException("no key");
    RiverClient client =
        client(
            builder()
                .extension(new Noting("outer", order))
                .extension(new Failing("before", cause)));
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
        .hasMessage("encodedArgs must be a JSON object, got: a list");
    assertThatThrownBy(() -> client.insertMany(List.of(Insert.of(new TestArgs("a")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "job 0 (kind test) can't be inserted: encodedArgs must be a JSON object, got: a list");
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
    river.dsl().execute(InsertExtensions.REFUSAL);
    IllegalStateException second = new IllegalStateException("second");
    RiverClient client =
        client(
            builder()
                .extension(new Noting("outer", order))
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
    river.dsl().execute(InsertExtensions.REFUSAL);
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

  private void assertMisused(Extension extension, String message) {
    RiverClient client =
        client(builder().extension(new Noting("outer", order)).extension("test", extension));
    String expected =
        "aroundInsert must call inner.proceed() once, on its own thread, "
            + message.formatted(extension.getClass().getName());

    assertThatThrownBy(() -> client.insert(new TestArgs("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(expected);
    assertThat(order).endsWith("after outer " + expected);
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
}
