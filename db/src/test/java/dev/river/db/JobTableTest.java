package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.db.FreshDatabase.QueryFailedException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What River clients of every language rely on. */
class JobTableTest {
  /** The bit of each state in {@code unique_states}. */
  private static final Map<String, Integer> BITS =
      Map.of(
          "available", 1,
          "cancelled", 2,
          "completed", 4,
          "discarded", 8,
          "pending", 16,
          "retryable", 32,
          "running", 64,
          "scheduled", 128);

  private static final List<String> STATES = BITS.keySet().stream().sorted().toList();
  private static final List<String> FINAL_STATES = List.of("cancelled", "completed", "discarded");

  private static FreshDatabase database;

  @BeforeAll
  static void migrate() {
    database = FreshDatabase.create();
    database.migrator().migrate();
  }

  @BeforeEach
  void empty() {
    database.run("TRUNCATE river_job, river_queue, river_leader");
  }

  @Test
  void knowsTheEightStates() {
    assertThat(database.query("SELECT unnest(enum_range(NULL::river_job_state))::text"))
        .isEqualTo(STATES);
  }

  @Test
  void givesAJobItsDefaults() {
    insert("kind, args", "'greet', '{}'");
    assertThat(
            database.query(
                """
                SELECT concat_ws(' ', state, attempt, max_attempts, priority, queue, metadata, tags,
                  created_at = scheduled_at, finalized_at IS NULL, unique_key IS NULL)
                FROM river_job
                """))
        .containsExactly("available 0 25 1 default {} {} t t t");
  }

  @ParameterizedTest
  @FieldSource("STATES")
  void isFinalizedExactlyInAFinalState(String state) {
    String values = "'greet', '{}', '%s', ".formatted(state);
    String refused = FINAL_STATES.contains(state) ? "NULL" : "now()";
    String accepted = FINAL_STATES.contains(state) ? "now()" : "NULL";
    insert("kind, args, state, finalized_at", values + accepted);
    assertRefused(
        "finalized_or_finalized_at_null",
        () -> insert("kind, args, state, finalized_at", values + refused));
  }

  @ParameterizedTest
  @CsvSource({
    "priority, 1, 4, 0, 5, priority_in_range",
    "max_attempts, 1, 32767, 0, -1, max_attempts_is_positive"
  })
  void boundsNumbers(
      String column, int lowest, int highest, int tooLow, int outside, String constraint) {
    insert("kind, args, " + column, "'greet', '{}', " + lowest);
    insert("kind, args, " + column, "'greet', '{}', " + highest);
    for (int value : List.of(tooLow, outside)) {
      assertRefused(constraint, () -> insert("kind, args, " + column, "'greet', '{}', " + value));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "river_job (kind, args)                          | NAME, '{}'         | kind_length",
        "river_job (queue, kind, args)                   | NAME, 'greet', '{}' | queue_length",
        "river_queue (name)                              | NAME               | name_length",
        "river_leader (leader_id, elected_at, expires_at) | NAME, now(), now() | leader_id_length"
      })
  void boundsTheLengthOfNames(String target, String values, String constraint) {
    insertWithName(target, values, 127);
    assertRefused(constraint, () -> insertWithName(target, values, 0));
    assertRefused(constraint, () -> insertWithName(target, values, 128));
  }

  @ParameterizedTest
  @MethodSource("statesAndBits")
  void readsEachBitForItsStateOnly(String state, int bit, boolean expected) {
    String call = "SELECT river_job_state_in_bitmask(%s::bit(8), '%s')::text";
    assertThat(database.query(call.formatted(bit, state))).containsExactly(text(expected));
    assertThat(database.query(call.formatted(255 - bit, state))).containsExactly(text(!expected));
  }

  @ParameterizedTest
  @MethodSource("statesAndBits")
  void keepsAKeyUniqueInTheStatesOfTheMask(String state, int bit, boolean unique) {
    insertUnique(state, bit);
    if (unique) {
      assertRefused("river_job_unique_idx", () -> insertUnique(state, bit));
    } else {
      assertThatCode(() -> insertUnique(state, bit)).doesNotThrowAnyException();
    }
  }

  @Test
  void ignoresAKeyWithoutAMask() {
    insert("kind, args, unique_key", "'greet', '{}', 'key'");
    insert("kind, args, unique_key", "'greet', '{}', 'key'");
    insert("kind, args, unique_states", "'greet', '{}', 255::bit(8)");
    insert("kind, args, unique_states", "'greet', '{}', 255::bit(8)");
    assertThat(database.query("SELECT count(*) FROM river_job")).containsExactly("4");
  }

  @Test
  void takesTheConflictClauseOfEveryClient() {
    String upsert =
        """
        INSERT INTO river_job (kind, args, unique_key, unique_states)
        VALUES ('greet', '{}', 'key', nullif(245, 0)::bit(8))
        ON CONFLICT (unique_key)
          WHERE unique_key IS NOT NULL
            AND unique_states IS NOT NULL
            AND river_job_state_in_bitmask(unique_states, state)
        DO UPDATE SET kind = EXCLUDED.kind
        RETURNING (xmax != 0)::text
        """;
    assertThat(database.query(upsert)).containsExactly("false");
    assertThat(database.query(upsert)).containsExactly("true");
  }

  @Test
  void freesAKeyWhenTheJobLeavesTheMask() {
    insertUnique("available", 1);
    database.run("UPDATE river_job SET state = 'running'");
    insertUnique("available", 1);
    assertRefused(
        "river_job_unique_idx", () -> database.run("UPDATE river_job SET state = 'available'"));
  }

  static Stream<Arguments> statesAndBits() {
    return STATES.stream()
        .flatMap(
            state ->
                BITS.entrySet().stream()
                    .map(bit -> Arguments.of(state, bit.getValue(), bit.getKey().equals(state))));
  }

  private static void insertUnique(String state, int mask) {
    String finalizedAt = FINAL_STATES.contains(state) ? "now()" : "NULL";
    insert(
        "kind, args, state, finalized_at, unique_key, unique_states",
        "'greet', '{}', '%s', %s, 'key', %s::bit(8)".formatted(state, finalizedAt, mask));
  }

  private static void insertWithName(String target, String values, int length) {
    String name = "repeat('é', %s)".formatted(length);
    database.run("INSERT INTO %s VALUES (%s)".formatted(target, values.replace("NAME", name)));
  }

  private static void insert(String columns, String values) {
    database.run("INSERT INTO river_job (%s) VALUES (%s)".formatted(columns, values));
  }

  private static void assertRefused(String constraint, Runnable statement) {
    assertThatThrownBy(statement::run)
        .isInstanceOf(QueryFailedException.class)
        .hasMessageContaining(constraint);
  }

  private static String text(boolean value) {
    return String.valueOf(value);
  }
}
