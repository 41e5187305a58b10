package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.internal.store.NotificationStream;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jooq.JSONB;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InsertManyTest {
  private static final InsertOpts BY_ARGS =
      InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;

  @BeforeEach
  void makeClient() {
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  record NoteArgs(String note) implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }
  }

  record InvalidArgs() implements JobArgs {
    @Override
    public String kind() {
      return "not valid";
    }
  }

  @Test
  void storesWhatEachJobSays() {
    Instant future = Instant.parse("2100-01-01T00:00:00.000001Z");
    InsertOpts full =
        InsertOpts.builder()
            .queue("mail")
            .priority(3)
            .maxAttempts(7)
            .scheduledAt(future)
            .tags("one-tag", "two")
            .metadata(Map.of("a", "\\ \" ' \n é 😀"))
            .build();

    List<Inserted<JobArgs>> inserted =
        client.insertMany(
            List.of(
                Insert.of(new TestArgs("a")),
                Insert.of(new NoteArgs("{},\"\\ \t\n é 😀"), full),
                Insert.of(new NoteArgs("x"), InsertOpts.builder().pending(true).build())));

    RiverJobRecord plain = river.row(inserted.get(0).id());
    assertThat(plain.getState()).isEqualTo(RiverJobState.available);
    assertThat(plain.getScheduledAt()).isEqualTo(plain.getCreatedAt());
    assertThat(plain.getTags()).isEmpty();
    assertThat(plain.getUniqueKey()).isNull();
    RiverJobRecord row = river.row(inserted.get(1).id());
    assertThat(row.getKind()).isEqualTo("note");
    assertThat(row.getQueue()).isEqualTo("mail");
    assertThat(row.getPriority()).isEqualTo(3);
    assertThat(row.getMaxAttempts()).isEqualTo(7);
    assertThat(row.getState()).isEqualTo(RiverJobState.scheduled);
    assertThat(row.getScheduledAt()).isEqualTo(future);
    assertThat(row.getTags()).containsExactly("one-tag", "two");
    assertThat(row.getMetadata()).isEqualTo(JSONB.valueOf("{\"a\": \"\\\\ \\\" ' \\n é 😀\"}"));
    assertThat(row.getArgs()).isEqualTo(JSONB.valueOf("{\"note\": \"{},\\\"\\\\ \\t\\n é 😀\"}"));
    assertThat(inserted.get(2).job().state()).isEqualTo(JobState.PENDING);
    assertThat(inserted).extracting(it -> it.job().args()).contains(new NoteArgs("x"));
  }

  @Test
  void reportsTenThousandMixedJobsInTheirOrder() {
    List<Insert<TestArgs>> jobs = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      // every fifth is unique, and of those every second repeats an earlier one
      jobs.add(
          i % 5 == 0
              ? Insert.of(new TestArgs("unique " + i / 10), BY_ARGS)
              : Insert.of(new TestArgs("plain " + i)));
    }
    long before = client.insert(new TestArgs("unique 0"), BY_ARGS).id();

    List<Inserted<TestArgs>> inserted = client.insertMany(jobs);

    assertThat(inserted).hasSize(10_000);
    long last = before;
    for (int i = 0; i < inserted.size(); i++) {
      Inserted<TestArgs> one = inserted.get(i);
      boolean duplicate = i % 10 == 5 || i == 0;
      assertThat(one.duplicate()).as("job %s", i).isEqualTo(duplicate);
      assertThat(one.job().args()).isEqualTo(jobs.get(i).args());
      if (duplicate) {
        assertThat(one.id()).isEqualTo(i <= 5 ? before : inserted.get(i - 5).id());
      } else {
        assertThat(one.id()).isGreaterThan(last);
        last = one.id();
      }
    }
    assertThat(count()).isEqualTo(1 + 10_000 - 1_000 - 1);
  }

  @Test
  void repeatsOfALaterStatementAreDuplicatesOfTheFirstOne() {
    List<Insert<TestArgs>> jobs = new ArrayList<>();
    for (int i = 0; i < 5_001; i++) {
      jobs.add(Insert.of(new TestArgs("" + i % 5_000), BY_ARGS));
    }

    List<Inserted<TestArgs>> inserted = client.insertMany(jobs);

    assertThat(inserted.getLast().duplicate()).isTrue();
    assertThat(inserted.getLast().job()).isEqualTo(inserted.getFirst().job());
    assertThat(inserted.stream().filter(Inserted::duplicate)).hasSize(1);
  }

  @Test
  void splitsWhatIsTooLargeForOneStatement() {
    String large = "x".repeat(3_000_000);
    List<Insert<TestArgs>> jobs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      jobs.add(Insert.of(new TestArgs(i + large)));
    }

    assertThat(client.insertMany(jobs)).hasSize(8);
    assertThat(count()).isEqualTo(8);
  }

  @Test
  void refusesAnEmptyList() {
    assertThatThrownBy(() -> client.insertMany(List.<Insert<TestArgs>>of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("jobs must not be empty");
  }

  @Test
  void oneInvalidJobKeepsAllOutAndIsNamed() {
    List<Insert<? extends JobArgs>> jobs =
        List.of(Insert.of(new TestArgs("a")), Insert.of(new InvalidArgs()));

    assertThatThrownBy(() -> client.insertMany(jobs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "job 1 (%1$s) can't be inserted: %1$s: kind must have"
                .formatted(InvalidArgs.class.getName()))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.insertMany(Arrays.asList(Insert.of(new TestArgs("a")), null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("job 1 (null)");
    assertThat(count()).isZero();
  }

  @Test
  void aJobThatTheDatabaseRefusesKeepsAllOut() {
    river.dsl().execute("ALTER TABLE river_job ADD CHECK (queue <> 'refused')");
    List<Insert<TestArgs>> jobs = new ArrayList<>();
    for (int i = 0; i < 5_001; i++) {
      jobs.add(Insert.of(new TestArgs("a")));
    }
    jobs.add(Insert.of(new TestArgs("a"), InsertOpts.builder().queue("refused").build()));

    assertThatThrownBy(() -> client.insertMany(jobs)).isInstanceOf(DatabaseException.class);
    assertThat(count()).isZero();
  }

  @Test
  void insertsInTheCallersTransaction() throws Exception {
    List<Insert<TestArgs>> jobs =
        List.of(Insert.of(new TestArgs("a")), Insert.of(new TestArgs("b")));
    river
        .dsl()
        .transaction(
            tx -> {
              assertThat(client.insertManyTx(tx.dsl(), jobs)).hasSize(2);
              assertThat(count()).isZero();
            });
    assertThat(count()).isEqualTo(2);
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(client.insertManyTx(connection, jobs)).hasSize(2);
      connection.rollback();
    }
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void announcesEachQueueOnce() {
    List<Insert<TestArgs>> jobs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      jobs.add(
          Insert.of(
              new TestArgs("a"), InsertOpts.builder().queue(i % 2 == 0 ? "one" : "two").build()));
    }
    jobs.add(
        Insert.of(new TestArgs("a"), InsertOpts.builder().queue("three").pending(true).build()));
    try (NotificationStream stream = river.listen()) {
      client.insertMany(jobs);
      client.close();
      river.dsl().execute("NOTIFY \"public.river_insert\", 'marker'");
      List<String> payloads = new ArrayList<>();
      while (!payloads.contains("marker")) {
        payloads.addAll(river.payloads(stream));
      }

      assertThat(payloads)
          .containsExactly("{\"queue\": \"one\"}", "{\"queue\": \"two\"}", "marker");
    }
  }

  private int count() {
    return river.dsl().fetchCount(RIVER_JOB);
  }
}
