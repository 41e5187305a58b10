package dev.river.test;

import static dev.river.test.RiverAssertions.requireInserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.test.AssertionsFixture.MailArgs;
import dev.river.test.AssertionsFixture.OtherSortArgs;
import dev.river.test.AssertionsFixture.SortArgs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RequireInsertedTest {
  private static final Instant TIME = Instant.parse("2030-01-02T03:04:05.000006Z");

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  @Test
  void returnsTheOnlyJobOfItsClass() {
    Job<SortArgs> inserted = DB.insert(new SortArgs(List.of("whale", "tiger")));
    DB.insert(new MailArgs("bob"));

    assertThat(requireInserted(DB.tx(), SortArgs.class)).isEqualTo(inserted);
  }

  @Test
  void acceptsAJobThatHasAllThatIsExpected() {
    InsertOpts opts =
        InsertOpts.builder()
            .queue("slow")
            .priority(3)
            .maxAttempts(7)
            .scheduledAt(TIME.plusNanos(7))
            .pending(true)
            .tags("one", "two")
            .metadata(Map.of("customer", 7, "total", 1.50, "path", List.of("a", Map.of("b", 1L))))
            .unique(UniqueOpts.builder().byArgs().build())
            .build();
    Job<MailArgs> job = DB.insert(new MailArgs("bob"), opts);

    ExpectedJob<MailArgs> expected =
        ExpectedJob.of(new MailArgs("bob"), opts).inState(JobState.PENDING);
    assertThat(requireInserted(DB.tx(), expected)).isEqualTo(job);
  }

  @Test
  void letsWhatIsNotExpectedBeAnything() {
    Job<MailArgs> job =
        DB.insert(
            new MailArgs("bob"),
            InsertOpts.builder()
                .queue("slow")
                .tags("one")
                .metadata(Map.of("customer", 7, "order", 1))
                .unique(UniqueOpts.builder().byQueue().build())
                .build());

    assertThat(requireInserted(DB.tx(), ExpectedJob.of(MailArgs.class))).isEqualTo(job);
    assertThat(requireInserted(DB.tx(), expected(metadata(Map.of("customer", 7L))))).isEqualTo(job);
  }

  @Test
  void comparesTheTimeInMicroseconds() {
    InsertOpts at = InsertOpts.builder().scheduledAt(TIME).build();
    Job<MailArgs> job = DB.insert(new MailArgs("bob"), at);
    InsertOpts within = InsertOpts.builder().scheduledAt(TIME.plusNanos(999)).build();
    InsertOpts beyond = InsertOpts.builder().scheduledAt(TIME.plusNanos(1000)).build();

    assertThat(requireInserted(DB.tx(), expected(within))).isEqualTo(job);
    assertThatThrownBy(() -> requireInserted(DB.tx(), expected(beyond)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            expected one job of kind "mail" (MailArgs) with scheduledAt 2030-01-02T03:04:05.000007Z, got one that differs:
              job %s of kind "mail", scheduled in queue default for 2030-01-02T03:04:05.000006Z: {"to": "bob"}
                - scheduledAt: expected 2030-01-02T03:04:05.000007Z, got 2030-01-02T03:04:05.000006Z"""
                .formatted(job.id()));
  }

  @Test
  void saysThatThereIsNoJobAtAll() {
    assertFails(
        ExpectedJob.of(SortArgs.class),
        "expected one job of kind \"sort\" (SortArgs), got none: there is no job of any kind"
            + " - this looked along the connection's search path; if the client names a schema, use"
            + " RiverAssertions.inSchema(...)");
  }

  @Test
  void saysWhichKindsThereAreInstead() {
    DB.insert(new OtherMailArgs("eve"));
    DB.insert(new MailArgs("bob"));
    DB.insert(new MailArgs("eve"));

    assertFails(
        ExpectedJob.of(new SortArgs(List.of("whale")), InsertOpts.builder().priority(2).build()),
        "expected one job of kind \"sort\" (SortArgs) with args {\"strings\":[\"whale\"]}, priority"
            + " 2, got none: there are 2 of kind \"mail\", 1 of kind \"other-mail\"");
  }

  @Test
  void saysWhichJobsThereAreIfTheyAreSeveral() {
    Job<MailArgs> first = DB.insert(new MailArgs("bob"));
    Job<MailArgs> second =
        DB.insert(
            new MailArgs("e".repeat(300)),
            InsertOpts.builder()
                .queue("slow")
                .scheduledAt(TIME)
                .priority(3)
                .tags("one", "two")
                .build());

    assertFails(
        ExpectedJob.of(MailArgs.class),
        """
        expected one job of kind "mail" (MailArgs), got 2:
          job %s of kind "mail", available in queue default: {"to": "bob"}
          job %s of kind "mail", scheduled in queue slow for %s, priority 3, tags [one, two]: {"to": "%s..."""
            .formatted(first.id(), second.id(), TIME, "e".repeat(192)));
  }

  @Test
  void saysHowManyMoreJobsThereAre() {
    long first = DB.insert(new MailArgs("bob")).id();
    for (int i = 1; i < 12; i++) {
      DB.insert(new MailArgs("bob"));
    }

    assertThatThrownBy(() -> requireInserted(DB.tx(), MailArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "expected one job of kind \"mail\" (MailArgs), got 12:\n  job " + first)
        .hasMessageEndingWith(
            "\n  job %s of kind \"mail\", available in queue default: {\"to\": \"bob\"}\n  ... and 2 more",
            first + 9)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(12));
  }

  @Test
  void countsMoreJobsThanFitOnAPage() {
    Stream<Insert<?>> many =
        Stream.generate(() -> Insert.of(new MailArgs("bob"))).limit(10_001).map(job -> job);
    DB.client().insertManyFastTx(DB.connection(), many);

    assertThatThrownBy(() -> requireInserted(DB.tx(), MailArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("expected one job of kind \"mail\" (MailArgs), got 10001:\n")
        .hasMessageEndingWith("\n  ... and 9991 more");
    assertFails(
        ExpectedJob.of(SortArgs.class),
        "expected one job of kind \"sort\" (SortArgs), got none:"
            + " of the first 10000 there are 10000 of kind \"mail\"");
  }

  @Test
  void saysThatArgsDoNotFit() {
    Job<SortArgs> job = DB.insert(new SortArgs(List.of("whale")));

    assertThatThrownBy(() -> requireInserted(DB.tx(), OtherSortArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            """
            expected one job of kind "sort" (OtherSortArgs), got one that differs:
              job %s of kind "sort", available in queue default: {"strings": ["whale"]}
                - args can't be read as %s: Cannot deserialize value of type `int`""",
            job.id(), OtherSortArgs.class.getName())
        .hasCauseInstanceOf(UndecodableArgsException.class);
  }

  @Test
  void namesWhatDiffersBesideArgsThatDoNotFit() {
    DB.insert(new SortArgs(List.of("whale")));
    ExpectedJob<OtherSortArgs> expected =
        ExpectedJob.of(new OtherSortArgs(1), InsertOpts.builder().queue("slow").build());

    assertThatThrownBy(() -> requireInserted(DB.tx(), expected))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("\n    - args can't be read as " + OtherSortArgs.class.getName())
        .hasMessageEndingWith("\n    - queue: expected slow, got default");
  }

  @Test
  void namesEveryFieldThatDiffers() {
    Job<MailArgs> job =
        DB.insert(
            new MailArgs("bob"), InsertOpts.builder().metadata(Map.of("customer", 8)).build());
    InsertOpts opts =
        InsertOpts.builder()
            .queue("slow")
            .priority(3)
            .maxAttempts(7)
            .scheduledAt(TIME)
            .pending(true)
            .tags("one", "two")
            .metadata(Map.of("customer", 7))
            .unique(UniqueOpts.builder().byArgs().build())
            .build();

    assertFails(
        ExpectedJob.of(new MailArgs("eve"), opts).inState(JobState.SCHEDULED),
        """
        expected one job of kind "mail" (MailArgs) with args {"to":"eve"}, state scheduled, queue slow, \
        priority 3, maxAttempts 7, scheduledAt 2030-01-02T03:04:05.000006Z, pending true, \
        tags [one, two], metadata.customer 7, \
        unique in states [available, completed, pending, retryable, running, scheduled], \
        got one that differs:
          job %s of kind "mail", available in queue default, metadata {"customer": 8}: {"to": "bob"}
            - args.to: expected "eve", got "bob"
            - state: expected scheduled, got available
            - queue: expected slow, got default
            - priority: expected 3, got 1
            - maxAttempts: expected 7, got 25
            - scheduledAt: expected 2030-01-02T03:04:05.000006Z, got %s
            - pending: expected true, got false
            - tags: expected [one, two], got []
            - metadata.customer: expected 7, got 8
            - unique in states: expected [available, completed, pending, retryable, running, scheduled], got []"""
            .formatted(job.id(), job.scheduledAt()));
  }

  @Test
  void namesOnlyTheFieldsThatDiffer() {
    Job<MailArgs> job = DB.insert(new MailArgs("bob"));

    assertFails(
        expected(InsertOpts.builder().queue("default").priority(2).pending(false).build()),
        """
        expected one job of kind "mail" (MailArgs) with queue default, priority 2, pending false, got one that differs:
          job %s of kind "mail", available in queue default: {"to": "bob"}
            - priority: expected 2, got 1"""
            .formatted(job.id()));
  }

  @Test
  void comparesTagsInTheirOrder() {
    Job<MailArgs> job =
        DB.insert(new MailArgs("bob"), InsertOpts.builder().tags("one", "two").build());

    assertFails(
        expected(InsertOpts.builder().tags("two", "one").build()),
        """
        expected one job of kind "mail" (MailArgs) with tags [two, one], got one that differs:
          job %s of kind "mail", available in queue default, tags [one, two]: {"to": "bob"}
            - tags: expected [two, one], got [one, two]"""
            .formatted(job.id()));
  }

  @Test
  void namesTheEntriesOfMetadataThatDiffer() {
    Job<MailArgs> job =
        DB.insert(new MailArgs("bob"), metadata(Map.of("customer", "7", "note", Map.of("a", 1))));

    assertFails(
        expected(
            metadata(new TreeMap<>(Map.of("customer", 7, "note", Map.of("a", 1.0), "order", 1)))),
        """
        expected one job of kind "mail" (MailArgs) with metadata.customer 7, metadata.note {"a":1}, \
        metadata.order 1, got one that differs:
          job %s of kind "mail", available in queue default, \
        metadata {"note": {"a": 1}, "customer": "7"}: {"to": "bob"}
            - metadata.customer: expected 7, got "7"
            - metadata.order: expected 1, got nothing"""
            .formatted(job.id()));
  }

  @Test
  void missesUniqueStatesOfAJobThatIsNotToBeUnique() {
    Job<MailArgs> job =
        DB.insert(
            new MailArgs("bob"),
            InsertOpts.builder()
                .unique(UniqueOpts.builder().byState(UniqueOpts.REQUIRED_STATES).byArgs().build())
                .build());

    assertFails(
        expected(InsertOpts.builder().unique(UniqueOpts.none()).build()),
        """
        expected one job of kind "mail" (MailArgs) with unique in states [], got one that differs:
          job %s of kind "mail", available in queue default: {"to": "bob"}
            - unique in states: expected [], got [available, pending, running, scheduled]"""
            .formatted(job.id()));
  }

  @Test
  void tellsOfAttempts() {
    Job<MailArgs> job = DB.insert(new MailArgs("bob"));
    DB.tx().execute("UPDATE river_job SET state = 'retryable', attempt = 2 WHERE id = ?", job.id());

    assertFails(
        ExpectedJob.of(MailArgs.class).inState(JobState.COMPLETED),
        """
        expected one job of kind "mail" (MailArgs) with state completed, got one that differs:
          job %s of kind "mail", retryable in queue default for %s, attempt 2 of 25: {"to": "bob"}
            - state: expected completed, got retryable"""
            .formatted(job.id(), job.scheduledAt()));
  }

  @Test
  void failsOtherwiseThanAnAssertionIfThereIsNoSuchSchema() {
    assertThatThrownBy(
            () -> RiverAssertions.inSchema("nowhere").requireInserted(DB.tx(), MailArgs.class))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("nowhere")
        .hasMessageEndingWith(
            " - if the client names another schema, use that one in RiverAssertions.inSchema(...)");
  }

  @Test
  void saysHowToLookInASchemaIfTheSearchPathLeadsToNoTables() {
    DB.tx().execute("SET LOCAL search_path = pg_temp");

    assertThatThrownBy(() -> requireInserted(DB.tx(), MailArgs.class))
        .isInstanceOf(DatabaseException.class)
        .hasMessageEndingWith(
            " - this looked along the connection's search path; if the client names a schema, use"
                + " RiverAssertions.inSchema(...)");
  }

  @Test
  void refusesAClassWithoutAKindOfItsOwn() {
    assertThatThrownBy(() -> requireInserted(DB.tx(), JobArgs.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be concrete");
  }

  private record OtherMailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "other-mail";
    }
  }

  private static void assertFails(ExpectedJob<?> expected, String message) {
    assertThatThrownBy(() -> requireInserted(DB.tx(), expected))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("%s", message);
  }

  private static ExpectedJob<MailArgs> expected(InsertOpts opts) {
    return ExpectedJob.of(MailArgs.class, opts);
  }

  private static InsertOpts metadata(Map<String, ?> metadata) {
    return InsertOpts.builder().metadata(metadata).build();
  }
}
