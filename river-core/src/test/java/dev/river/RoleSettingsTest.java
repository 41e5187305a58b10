package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.db.RiverMigrator;
import dev.river.error.UniqueConflictException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.periodic.PeriodicJob;
import dev.river.query.JobQuery;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is set for a role or a database, a client does what it does. */
class RoleSettingsTest {
  private static final String SCHEMA = "jobs";
  private static final InsertOpts UNIQUE =
      InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "array_nulls = off",
        "backslash_quote = off",
        "bytea_output = escape",
        "check_function_bodies = off",
        "client_encoding = 'LATIN1'",
        "client_min_messages = debug1",
        "constraint_exclusion = on",
        "cursor_tuple_fraction = 1",
        "datestyle = 'German, DMY'",
        "default_statistics_target = 1",
        "default_toast_compression = pglz",
        "default_transaction_deferrable = on",
        "default_transaction_isolation = 'repeatable read'",
        "default_transaction_isolation = serializable",
        "enable_indexscan = off",
        "enable_hashjoin = off",
        "enable_nestloop = off",
        "enable_seqscan = off",
        "enable_sort = off",
        "escape_string_warning = off",
        "extra_float_digits = -15",
        "from_collapse_limit = 1",
        "geqo_threshold = 2",
        "idle_in_transaction_session_timeout = '5s'",
        "intervalstyle = sql_standard",
        "jit_above_cost = 0",
        "join_collapse_limit = 1",
        "lc_monetary = 'C'",
        "lc_numeric = 'C'",
        "lock_timeout = '5s'",
        "max_parallel_workers_per_gather = 0",
        "debug_parallel_query = on",
        "plan_cache_mode = force_generic_plan",
        "plan_cache_mode = force_custom_plan",
        "quote_all_identifiers = on",
        "row_security = off",
        "search_path = '$user'",
        "session_replication_role = replica",
        "standard_conforming_strings = off",
        "statement_timeout = '10s'",
        "synchronous_commit = off",
        "synchronize_seqscans = off",
        "tcp_keepalives_idle = 5",
        "timezone = 'Asia/Kathmandu'",
        "track_activities = off",
        "transaction_timeout = '10s'",
        "transform_null_equals = on",
        "work_mem = '64kB'",
        "xmlbinary = hex",
        "xmloption = document",
      })
  void changesNothing(String setting) {
    river
        .dsl()
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET "
                + setting.replace("'", "''")
                + "', current_database()); END $$");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(river.url());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      RiverMigrator.builder(pool).schema(SCHEMA).build().migrate();
      try (RiverClient client = client(pool)) {
        inserts(client);
        client.start();
        works(client);
        operates(client);
        await().atMost(RiverDatabase.PATIENCE).until(() -> client.fleet().leader().isPresent());
        await()
            .atMost(RiverDatabase.PATIENCE)
            .untilAsserted(
                () -> assertThat(stored(client, "periodic").state()).isEqualTo(JobState.COMPLETED));
      }
    }
  }

  private static RiverClient client(HikariDataSource pool) {
    return RiverClient.builder(pool)
        .schema(SCHEMA)
        .id("client")
        .queue("default", 10)
        .retryPolicy(job -> Duration.ofMillis(1))
        .periodic(
            PeriodicJob.every(Duration.ofDays(1), () -> new TestArgs("periodic"))
                .id("report")
                .runOnStart())
        .workers(
            new Workers().add(TestArgs.class, (job, context) -> work(job.args(), job.attempt())))
        .build();
  }

  private static WorkResult work(TestArgs args, int attempt) throws Exception {
    return switch (args.name()) {
      case "fail" -> throw new Exception();
      case "retry" -> {
        if (attempt == 1) {
          throw new IllegalStateException("a \\ backslash, 'quotes' and é");
        }
        yield WorkResult.completed();
      }
      case "snooze" -> WorkResult.snooze(Duration.ofDays(1));
      case "cancel" -> WorkResult.cancel("no need");
      default -> WorkResult.completed();
    };
  }

  private static void inserts(RiverClient client) {
    client.insert(new TestArgs("single \\ 'quoted' é"));
    assertThat(client.insert(new TestArgs("unique"), UNIQUE).duplicate()).isFalse();
    assertThat(client.insert(new TestArgs("unique"), UNIQUE).duplicate()).isTrue();
    InsertOpts later =
        InsertOpts.builder()
            .scheduledAt(Instant.parse("2100-01-02T03:04:05.000006Z"))
            .tags(List.of("null", "tag"))
            .metadata(Map.of("key", "\\x41"))
            .build();
    List<Insert<TestArgs>> many =
        List.of(
            Insert.of(new TestArgs("many")),
            Insert.of(new TestArgs("later"), later),
            Insert.of(new TestArgs("unique"), UNIQUE));
    assertThat(client.insertMany(many))
        .extracting(inserted -> inserted.duplicate())
        .containsExactly(false, false, true);
    assertThat(
            client.insertManyFast(
                Stream.of(
                    Insert.of(new TestArgs("copy")), Insert.of(new TestArgs("copy later"), later))))
        .isEqualTo(2);
    for (String name : List.of("many", "later", "copy later")) {
      JobRow row = stored(client, name);
      assertThat(row.uniqueKey()).isEmpty();
      assertThat(row.errors()).isEmpty();
    }
    for (String name : List.of("later", "copy later")) {
      JobRow row = stored(client, name);
      assertThat(row.state()).isEqualTo(JobState.SCHEDULED);
      assertThat(row.scheduledAt()).isEqualTo(Instant.parse("2100-01-02T03:04:05.000006Z"));
      assertThat(row.tags()).containsExactly("null", "tag");
    }
  }

  private static void works(RiverClient client) {
    InsertOpts twice = InsertOpts.builder().maxAttempts(2).build();
    for (String name : List.of("fail", "retry", "snooze", "cancel")) {
      client.insert(new TestArgs(name), twice);
    }
    Map<String, JobState> ends =
        Map.of(
            "fail", JobState.DISCARDED,
            "retry", JobState.COMPLETED,
            "snooze", JobState.SCHEDULED,
            "cancel", JobState.CANCELLED,
            "unique", JobState.COMPLETED,
            "many", JobState.COMPLETED,
            "copy", JobState.COMPLETED);
    ends.forEach(
        (name, state) ->
            await()
                .atMost(RiverDatabase.PATIENCE)
                .untilAsserted(() -> assertThat(stored(client, name).state()).isEqualTo(state)));
    assertThat(stored(client, "fail").errors()).hasSize(2);
    assertThat(stored(client, "retry").errors().getFirst().error())
        .contains("a \\ backslash, 'quotes' and é");
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> stored(client, "snooze").scheduledAt().isAfter(Instant.now().plusSeconds(60)));
    assertThat(stored(client, "unique").errors()).isEmpty();
  }

  private static void operates(RiverClient client) {
    assertThat(client.jobs().counts().byState())
        .hasEntrySatisfying(JobState.DISCARDED, count -> assertThat(count.jobs()).isEqualTo(1));
    long later = stored(client, "later").id();
    assertThat(client.jobs().cancel(later).state()).isEqualTo(JobState.CANCELLED);
    client.jobs().retry(later);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> stored(client, "later").state() == JobState.COMPLETED);

    InsertOpts held =
        InsertOpts.builder()
            .scheduledAt(Instant.parse("2100-01-01T00:00:00Z"))
            .unique(UniqueOpts.builder().byArgs().build())
            .build();
    long first = client.insert(new TestArgs("conflict"), held).id();
    client.jobs().cancel(first);
    JobRow second = client.insert(new TestArgs("conflict"), held).job().row();
    assertThatThrownBy(() -> client.jobs().retry(first))
        .isInstanceOfSatisfying(
            UniqueConflictException.class,
            e -> assertThat(e.key()).isEqualTo(second.uniqueKey().map(key -> key.hex())));
  }

  private static JobRow stored(RiverClient client, String name) {
    List<JobRow> rows = new ArrayList<>();
    client.jobs().list(JobQuery.builder().limit(100).build()).jobs().stream()
        .filter(row -> row.encodedArgs().contains('"' + name + '"'))
        .forEach(rows::add);
    assertThat(rows).as(name).isNotEmpty();
    return rows.getFirst();
  }
}
