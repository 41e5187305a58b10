package dev.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.RiverClientBuilder;
import dev.river.db.RiverMigrator;
import dev.river.internal.store.Database;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReindexerTest {
  private static final String CLAIM = "river_job_claim_idx";
  private static final String FINALIZED = "river_job_finalized_idx";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private ClosableGate gate;

  @BeforeEach
  void openTheGate() {
    gate = new ClosableGate(river.database());
  }

  @Test
  void rebuildsItsIndexesOnceADay() {
    Map<String, Long> before = files();
    Reindexer reindexer = reindexer(CLAIM, "river_job_pkey");
    yesterday(reindexer);

    reindexer.run();

    Map<String, Long> after = files();
    assertThat(after.get(CLAIM)).isNotEqualTo(before.get(CLAIM));
    assertThat(after.get("river_job_pkey")).isNotEqualTo(before.get("river_job_pkey"));
    assertThat(after.get(FINALIZED)).isEqualTo(before.get(FINALIZED));
    reindexer.run();
    assertThat(files()).isEqualTo(after);
  }

  /** PostgreSQL: ON CONFLICT may fail while the index that it looks at is rebuilt concurrently. */
  @Test
  void rebuildsAllOfTheJobTableByDefaultButThatOfUniqueJobs() {
    Map<String, Long> before = files();
    Reindexer reindexer =
        reindexer(RiverClientBuilder.REINDEXER_INDEX_NAMES_DEFAULT.toArray(String[]::new));
    yesterday(reindexer);

    reindexer.run();

    Map<String, Long> after = files();
    assertThat(before.keySet())
        .filteredOn(index -> Objects.equals(after.get(index), before.get(index)))
        .containsExactly("river_job_unique_idx");
  }

  @Test
  void anotherLeaderKnowsThatItWasDone() {
    Reindexer first = reindexer(CLAIM);
    yesterday(first);
    first.run();
    Map<String, Long> after = files();

    reindexer(CLAIM).run();

    assertThat(files()).isEqualTo(after);
  }

  @Test
  void anotherLeaderGoesOnWithWhatWasNotBegun() {
    yesterday(reindexer(CLAIM, FINALIZED));
    reindexer(CLAIM).run();
    Map<String, Long> before = files();

    reindexer(CLAIM, FINALIZED).run();

    assertThat(files().get(CLAIM)).isEqualTo(before.get(CLAIM));
    assertThat(files().get(FINALIZED)).isNotEqualTo(before.get(FINALIZED));
  }

  @Test
  void doesNotBeginOnTheDayOnWhichItIsNew() {
    Map<String, Long> before = files();

    reindexer(CLAIM).run();

    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {-61, 30})
  void waitsForItsTimeAndForTheNextDayIfThatWasMissedByAnHour(int minutesFromNow) {
    Map<String, Long> before = files();
    LocalTime at = LocalTime.now(ZoneOffset.UTC).plusMinutes(minutesFromNow);
    Reindexer reindexer = reindexer(river.database(), at, Duration.ofSeconds(20), CLAIM);
    yesterday(reindexer);

    reindexer.run();

    assertThat(files()).isEqualTo(before);
  }

  @Test
  void doesNothingWhenItIsNotItsTurn() {
    Map<String, Long> before = files();
    Reindexer reindexer = reindexer(CLAIM);
    yesterday(reindexer);
    gate.open = false;

    reindexer.run();

    assertThat(files()).isEqualTo(before);
  }

  @Test
  void warnsOfAnIndexThatDoesNotExistAndGoesOn() {
    log.expectWarnings();
    Map<String, Long> before = files();
    Reindexer reindexer = reindexer("no_such_idx", CLAIM);
    yesterday(reindexer);

    reindexer.run();

    assertThat(log.warnings())
        .containsExactly("WARN index no_such_idx: can't be rebuilt, because it does not exist");
    assertThat(files().get(CLAIM)).isNotEqualTo(before.get(CLAIM));
  }

  @Test
  void rebuildsTheIndexOfItsSchema() {
    RiverMigrator.builder(river.dataSource()).schema("Other").build().migrate();
    Database other = new Database(river.dataSource(), Optional.of("Other"));
    Map<String, Long> before = files();
    Object otherBefore =
        river.dsl().fetchValue("SELECT pg_relation_filenode('\"Other\".river_job_claim_idx')");
    Reindexer reindexer =
        new Reindexer(
            "reindexer", new ClosableGate(other), other, settings(Duration.ofSeconds(20), CLAIM));
    reindexer.run();
    river
        .dsl()
        .execute("UPDATE \"Other\".river_java_duty SET started_at = now() - interval '1 day'");

    reindexer.run();

    assertThat(
            river.dsl().fetchValue("SELECT pg_relation_filenode('\"Other\".river_job_claim_idx')"))
        .isNotEqualTo(otherBefore);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void removesWhatItLeavesBehindWhenItTakesTooLong() {
    log.expectWarnings();
    Reindexer reindexer = reindexer(river.database(), due(), Duration.ofSeconds(1), CLAIM);
    yesterday(reindexer);

    whileASnapshotIsHeld(reindexer::run);

    assertThat(log.warnings())
        .containsExactly("WARN index river_job_claim_idx: could not be rebuilt");
    assertThat(leftovers()).isEmpty();
    assertThat(isValid(CLAIM)).isTrue();
  }

  @Test
  void aStopCutsARebuildOffAndRemovesWhatItLeavesBehind() {
    Reindexer reindexer = reindexer(CLAIM, FINALIZED);
    yesterday(reindexer);
    Map<String, Long> before = files();

    whileASnapshotIsHeld(
        () -> {
          reindexer.start();
          awaitLeftovers();
          reindexer.stop();
        });

    assertThat(leftovers()).isEmpty();
    assertThat(files()).isEqualTo(before);
    assertThat(isValid(CLAIM)).isTrue();
  }

  @Test
  void leavesAnIndexAloneThatAnotherSessionIsRebuilding() {
    log.expectWarnings();
    Reindexer busy = reindexer(CLAIM);
    yesterday(busy);

    whileASnapshotIsHeld(
        () -> {
          busy.start();
          awaitLeftovers();
          Reindexer other = reindexer(CLAIM);
          yesterday(other);
          other.run();
          assertThat(leftovers()).isNotEmpty();
          busy.stop();
        });

    assertThat(log.warnings())
        .containsExactly(
            "WARN index river_job_claim_idx: not rebuilt, because another session is rebuilding it");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void removesWhatAClientHasLeftBehindThatDied() {
    river.dsl().execute("CREATE INDEX river_job_claim_idx_ccnew ON river_job (queue)");
    river
        .dsl()
        .execute(
            "UPDATE pg_index SET indisvalid = false"
                + " WHERE indexrelid = 'river_job_claim_idx_ccnew'::regclass");
    Map<String, Long> before = files();
    Reindexer reindexer = reindexer(CLAIM);
    yesterday(reindexer);

    reindexer.run();

    assertThat(leftovers()).isEmpty();
    assertThat(files().get(CLAIM)).isNotEqualTo(before.get(CLAIM));
  }

  @Test
  void withoutIndexesItHasNoThread() {
    Reindexer reindexer = reindexer();

    reindexer.start();

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("reindexer");
    reindexer.stop();
  }

  private Reindexer reindexer(String... indexes) {
    return reindexer(river.database(), due(), Duration.ofSeconds(20), indexes);
  }

  private Reindexer reindexer(Database database, LocalTime at, Duration limit, String... indexes) {
    return new Reindexer(
        "reindexer", gate, database, new ReindexSettings(at, List.of(indexes), limit));
  }

  private static ReindexSettings settings(Duration limit, String... indexes) {
    return new ReindexSettings(due(), List.of(indexes), limit);
  }

  private static LocalTime due() {
    return LocalTime.now(ZoneOffset.UTC).minusMinutes(5);
  }

  /** Makes it know its indexes, as if it had last rebuilt them a day ago. */
  private void yesterday(Reindexer reindexer) {
    gate.open = true;
    reindexer.run();
    river.dsl().execute("UPDATE river_java_duty SET started_at = now() - interval '1 day'");
  }

  /** A rebuild waits for older snapshots in the end. */
  private void whileASnapshotIsHeld(Runnable work) {
    river
        .dsl()
        .transaction(
            tx -> {
              tx.dsl().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
              tx.dsl().execute("SELECT 1");
              work.run();
            });
  }

  private void awaitLeftovers() {
    await().atMost(RiverDatabase.PATIENCE).until(() -> !leftovers().isEmpty());
  }

  private List<String> leftovers() {
    return dsl()
        .fetch("SELECT relname FROM pg_class WHERE relname ~ '_cc(new|old)[0-9]*$'")
        .getValues(0, String.class);
  }

  private boolean isValid(String index) {
    return dsl()
        .fetchSingle("SELECT indisvalid FROM pg_index WHERE indexrelid = ?::regclass", index)
        .get(0, boolean.class);
  }

  private Map<String, Long> files() {
    return dsl()
        .fetch(
            "SELECT c.relname, c.relfilenode FROM pg_class c"
                + " WHERE c.relname ~ '^river_job_.*(idx|pkey)$'"
                + " AND c.relnamespace = 'public'::regnamespace")
        .intoMap(row -> row.get(0, String.class), row -> row.get(1, Long.class));
  }

  private DSLContext dsl() {
    return river.dsl();
  }
}
