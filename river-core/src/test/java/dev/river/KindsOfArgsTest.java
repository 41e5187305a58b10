package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.Insert;
import dev.river.job.JobArgs;
import dev.river.periodic.PeriodicJob;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinds that are no constants of their class are refused, also by a client without workers. */
class KindsOfArgsTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;

  record DynamicArgs(String text) implements JobArgs {
    @Override
    public String kind() {
      return "dyn-" + text;
    }
  }

  record NullArgs(String text) implements JobArgs {
    @Override
    @SuppressWarnings("NullAway") // what is tested
    public String kind() {
      return null;
    }
  }

  /** Inserts arguments in a transaction. */
  interface Way {
    void insert(RiverClient client, Connection tx, JobArgs args);
  }

  record Call(String name, Way way) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Call> calls() {
    return List.of(
        new Call("insert", (client, tx, args) -> client.insert(args)),
        new Call("insertTx", (client, tx, args) -> client.insertTx(tx, args)),
        new Call("insertTx of jOOQ", (client, tx, args) -> client.insertTx(DSL.using(tx), args)),
        new Call("insertMany", (client, tx, args) -> client.insertMany(List.of(Insert.of(args)))),
        new Call(
            "insertManyTx",
            (client, tx, args) -> client.insertManyTx(tx, List.of(Insert.of(args)))),
        new Call(
            "insertManyFast",
            (client, tx, args) -> client.insertManyFast(Stream.of(Insert.of(args)))),
        new Call(
            "insertManyFastTx",
            (client, tx, args) -> client.insertManyFastTx(tx, Stream.of(Insert.of(args)))));
  }

  @BeforeEach
  void build() {
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aKindOfComponentsIsRefused(Call call) throws SQLException {
    assertRefused(
        call,
        new DynamicArgs("secret"),
        "kind() must return a constant without looking at the components, but that of %s returned"
            + " different texts");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aKindThatIsNullIsRefused(Call call) throws SQLException {
    assertRefused(
        call,
        new NullArgs("secret"),
        "kind() must return a constant, but that of %s returned null");
  }

  private void assertRefused(Call call, JobArgs args, String message) throws SQLException {
    try (Connection tx = river.unpooled().getConnection()) {
      tx.setAutoCommit(false);
      assertThatThrownBy(() -> call.way().insert(client, tx, args))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(message, args.getClass().getName())
          .satisfies(e -> assertThat(wholeText(e)).doesNotContain("secret"));
      tx.rollback();
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
  }

  private static String wholeText(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void aRunOfAPeriodicJobIsRefusedToo() {
    RiverClient periodic =
        river.client(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
                .queue("default", 1)
                .periodic(
                    PeriodicJob.every(Duration.ofHours(1), () -> new DynamicArgs("secret"))
                        .id("dynamic")));

    assertThatThrownBy(() -> periodic.periodicJobs().runNow("dynamic"))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(wholeText(e)).doesNotContain("secret"));
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
  }

  @Test
  void itIsRefusedWithItsWorkerToo() {
    Workers workers = new Workers();

    assertThatThrownBy(
            () -> workers.add(DynamicArgs.class, (job, context) -> WorkResult.completed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(DynamicArgs.class.getName());
  }
}
