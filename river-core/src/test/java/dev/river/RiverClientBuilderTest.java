package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.river.error.DatabaseException;
import dev.river.job.JobArgs;
import dev.river.periodic.PeriodicJob;
import dev.river.work.Extension;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RiverClientBuilderTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final UnreachableDatabase database = new UnreachableDatabase();

  private record SampleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "sample";
    }
  }

  private record OtherArgs() implements JobArgs {
    @Override
    public String kind() {
      return "other";
    }
  }

  @Test
  void buildsWithoutConnecting() {
    try (RiverClient client = working().build()) {
      assertThat(client.id()).isNotEmpty();
    }
    assertThat(database.attempts()).isZero();
  }

  @Test
  void needsOnlyADataSource() {
    try (RiverClient client = RiverClient.builder(database).build()) {
      assertThat(client.id()).isNotEmpty();
    }
  }

  @Test
  void namesClientsByHostTimeAndNumber() {
    try (RiverClient first = RiverClient.builder(database).build();
        RiverClient second = RiverClient.builder(database).build()) {
      assertThat(first.id())
          .matches("[^.]+_\\d{4}_\\d\\d_\\d\\dT\\d\\d_\\d\\d_\\d\\d_\\d{6}_[0-9a-f]{4}")
          .hasSizeLessThanOrEqualTo(100);
      assertThat(second.id()).isNotEqualTo(first.id());
    }
  }

  @ParameterizedTest
  @MethodSource
  void accepts(UnaryOperator<RiverClientBuilder> setting) {
    try (RiverClient client = setting.apply(working()).build()) {
      assertThat(client.id()).isNotEmpty();
    }
  }

  static Stream<UnaryOperator<RiverClientBuilder>> accepts() {
    return Stream.of(
        builder -> builder.id("i"),
        builder -> builder.id("i".repeat(100)),
        builder -> builder.schema("_"),
        builder -> builder.schema("Jobs_2"),
        builder -> builder.schema("s".repeat(46)),
        builder -> builder.queue("one", 1).queue("many", 10_000),
        builder -> builder.jobTimeout(Worker.NO_TIMEOUT),
        builder -> builder.jobTimeout(ChronoUnit.FOREVER.getDuration()),
        builder -> builder.pollInterval(Duration.ofMillis(1)),
        builder -> builder.pollInterval(ChronoUnit.FOREVER.getDuration()),
        builder -> builder.awaitDatabase(Duration.ZERO),
        builder -> builder.awaitDatabase(RiverClient.FOREVER),
        builder -> builder.stopOnShutdown(Duration.ZERO),
        builder -> builder.maxAttempts(1),
        builder -> builder.maxAttempts(32_767),
        builder -> builder.pollOnly(true),
        builder -> builder.extension("sample", new Extension() {}),
        builder -> builder.reindexerIndexNames(List.of()),
        builder -> builder.reindexerIndexNames(List.of("i".repeat(55))),
        builder -> builder.reindexerTimeout(Duration.ofSeconds(1)),
        builder -> builder.longTransactionThreshold(Duration.ofDays(1)),
        builder -> builder.retryPolicy(row -> Duration.ZERO));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(UnaryOperator<RiverClientBuilder> setting, String rule) {
    assertThatThrownBy(() -> setting.apply(working()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the client's settings are not valid:\n  ")
        .hasMessageEndingWith(rule)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(2));
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        refusal(builder -> builder.id(""), "id must have 1 to 100 characters, got: "),
        refusal(
            builder -> builder.id("i".repeat(101)),
            "id must have 1 to 100 characters, got: " + "i".repeat(101)),
        refusal(builder -> builder.schema(""), "not start with a digit, got: "),
        refusal(builder -> builder.schema("1a"), "not start with a digit, got: 1a"),
        refusal(
            builder -> builder.schema("a-b"),
            "schema must be 1 to 46 letters, digits or underscores and not start with a digit, got:"
                + " a-b"),
        refusal(builder -> builder.schema("s\"; drop"), "got: s\"; drop"),
        refusal(builder -> builder.schema("s".repeat(47)), "got: " + "s".repeat(47)),
        refusal(
            builder -> builder.queue("none", 0),
            "queue \"none\": maxWorkers must be 1 to 10000, got: 0"),
        refusal(
            builder -> builder.queue("many", 10_001),
            "queue \"many\": maxWorkers must be 1 to 10000, got: 10001"),
        refusal(builder -> builder.queue("No", 1), "underscore or hyphen, got: \"No\""),
        refusal(builder -> builder.queue("default", 5), "queue \"default\" must be added once"),
        refusal(
            builder -> builder.workers(new Workers()),
            "a client with queues needs workers(...) with at least one worker"),
        refusal(
            builder -> builder.jobTimeout(Duration.ofNanos(-1)),
            "jobTimeout must not be negative, got: PT-0.000000001S"),
        refusal(
            builder -> builder.pollInterval(Duration.ofNanos(999_999)),
            "pollInterval must be at least 1 ms, got: PT0.000999999S"),
        refusal(builder -> builder.pollInterval(Duration.ZERO), "at least 1 ms, got: PT0S"),
        refusal(
            builder -> builder.periodic(PeriodicJob.every(HOUR, SampleArgs::new).id("a b")),
            "or any of - [ ] < > / . · : +, got: \"a b\""),
        refusal(
            builder ->
                builder
                    .periodic(PeriodicJob.every(HOUR, SampleArgs::new).id("twice"))
                    .periodic(PeriodicJob.cron("@daily", SampleArgs::new).id("twice")),
            "a periodic job must be added once, got two with id \"twice\""),
        refusal(
            builder -> builder.pollOnly(true).periodic(PeriodicJob.every(HOUR, SampleArgs::new)),
            "with pollOnly, where no client leads, a periodic job needs an id, got: a job without id"
                + " (every PT1H)"),
        refusal(
            builder -> builder.extension("other", new Extension() {}),
            "an extension needs a worker of its kind in a client with workers, got: other"),
        refusal(
            builder -> builder.rescueStuckJobsAfter(Duration.ofMillis(999)),
            "rescueStuckJobsAfter must be at least 1 s, got: PT0.999S"),
        refusal(builder -> builder.maxRescues(0), "maxRescues must be at least 1, got: 0"),
        refusal(
            builder -> builder.reindexerIndexNames(List.of("a\"; drop")),
            "reindexerIndexNames must be 1 to 55 letters, digits or underscores and not start with"
                + " a digit, got: a\"; drop"),
        refusal(
            builder -> builder.reindexerIndexNames(List.of("i".repeat(56))),
            "got: " + "i".repeat(56)),
        refusal(
            builder -> builder.reindexerTimeout(Duration.ofMillis(999)),
            "reindexerTimeout must be 1 s to 1 day, got: PT0.999S"),
        refusal(
            builder -> builder.longTransactionThreshold(Duration.ofDays(2)),
            "longTransactionThreshold must be 1 s to 1 day, got: PT48H"),
        refusal(
            builder -> builder.awaitDatabase(Duration.ofNanos(-1)),
            "patience of awaitDatabase must not be negative, got: PT-0.000000001S"),
        refusal(
            builder -> builder.stopOnShutdown(Duration.ofNanos(-1)),
            "patience of stopOnShutdown must not be negative, got: PT-0.000000001S"),
        refusal(builder -> builder.maxAttempts(0), "maxAttempts must be 1 to 32767, got: 0"),
        refusal(
            builder -> builder.maxAttempts(32_768), "maxAttempts must be 1 to 32767, got: 32768"));
  }

  private static Arguments refusal(UnaryOperator<RiverClientBuilder> setting, String rule) {
    return arguments(setting, rule);
  }

  @Test
  void aClientWithoutWorkersTakesExtensionsOfAnyValidKind() {
    RiverClientBuilder builder = RiverClient.builder(database);

    try (RiverClient client = builder.extension("any", new Extension() {}).build()) {
      assertThat(client.id()).isNotEmpty();
    }
    assertThatThrownBy(() -> builder.extension("no kind", new Extension() {}).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("extension: kind must have")
        .hasMessageEndingWith("got: \"no kind\"");
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(
            () ->
                RiverClient.builder(database)
                    .queue("No", 0)
                    .queue("No", 1)
                    .periodic(PeriodicJob.every(HOUR, SampleArgs::new).id("-"))
                    .id("")
                    .schema("1")
                    .jobTimeout(Duration.ofSeconds(-1))
                    .pollInterval(Duration.ZERO)
                    .maxAttempts(0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(11));
  }

  @Test
  void refusesPeriodicJobsWhereNothingStarts() {
    assertThatThrownBy(
            () ->
                RiverClient.builder(database)
                    .periodic(PeriodicJob.every(HOUR, SampleArgs::new).id("hourly"))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "\n  a client with periodic jobs needs a queue: one that only inserts does not start");
  }

  @Test
  void takesOverTheWorkersOfTheMomentWhenItBuilds() {
    Workers workers = new Workers().add(SampleArgs.class, (job, context) -> WorkResult.completed());
    RiverClientBuilder builder = RiverClient.builder(database).workers(workers);
    workers.add(OtherArgs.class, (job, context) -> WorkResult.completed());
    try (RiverClient client = builder.build()) {
      assertThatThrownBy(() -> client.insert(new OtherArgs()))
          .isInstanceOf(DatabaseException.class);
    }
  }

  @Test
  void doesNotTakeWorkersThatAreAddedLater() {
    Workers workers = new Workers().add(SampleArgs.class, (job, context) -> WorkResult.completed());
    try (RiverClient client = RiverClient.builder(database).workers(workers).build()) {
      workers.add(OtherArgs.class, (job, context) -> WorkResult.completed());

      assertThatThrownBy(() -> client.insert(new OtherArgs()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "kind must have a worker in this client's workers, which know [sample], got: other"
                  + " (of %s)",
              OtherArgs.class.getName());
    }
  }

  private RiverClientBuilder working() {
    return RiverClient.builder(database)
        .workers(new Workers().add(SampleArgs.class, (job, context) -> WorkResult.completed()))
        .queue("default", 5);
  }
}
