package dev.river.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;

/** Keeps book of what happens to jobs, in the database itself, and checks it in the end. */
final class Ledger {
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE effect (job_id bigint NOT NULL, attempt int NOT NULL)",
          "CREATE TABLE transition (job_id bigint, old_state text, new_state text,"
              + " old_attempt int, new_attempt int, at timestamptz DEFAULT clock_timestamp())",
          """
          CREATE FUNCTION note_transition() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO transition (job_id, old_state, new_state, old_attempt, new_attempt)
            VALUES (NEW.id, OLD.state, NEW.state, OLD.attempt, NEW.attempt);
            RETURN NULL;
          END $$
          """,
          """
          CREATE TRIGGER note_transition AFTER UPDATE OF state ON river_job FOR EACH ROW
          WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.attempt <> NEW.attempt)
          EXECUTE FUNCTION note_transition()
          """,
          "CREATE TABLE tick (job_id bigint NOT NULL, due_at timestamptz NOT NULL)",
          """
          CREATE FUNCTION note_tick() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO tick (job_id, due_at) VALUES (NEW.id, NEW.scheduled_at);
            RETURN NULL;
          END $$
          """,
          """
          CREATE TRIGGER note_tick AFTER INSERT ON river_job FOR EACH ROW
          WHEN (NEW.kind = 'tick') EXECUTE FUNCTION note_tick()
          """);

  private final DSLContext dsl;

  Ledger(DSLContext dsl) {
    this.dsl = dsl;
    TABLES.forEach(dsl::execute);
  }

  /** How many jobs have had their effect. */
  int effects() {
    return dsl.fetchSingle("SELECT count(*) FROM effect").get(0, Integer.class);
  }

  /** How many runs the periodic job has had. */
  int ticks() {
    return dsl.fetchSingle("SELECT count(*) FROM tick").get(0, Integer.class);
  }

  /** How many jobs have not ended. */
  int open() {
    return dsl.fetchSingle(
            "SELECT count(*) FROM river_job WHERE state IN"
                + " ('available', 'pending', 'retryable', 'running', 'scheduled')")
        .get(0, Integer.class);
  }

  /**
   * How many jobs a client is said to be running. Those are left out whose row is locked: by the
   * transaction in which a suspended process was about to complete them.
   */
  int runningOf(String client) {
    return dsl.fetch(
            "SELECT id FROM river_job WHERE state = 'running'"
                + " AND attempted_by[cardinality(attempted_by)] = ? FOR SHARE SKIP LOCKED",
            client)
        .size();
  }

  void check(Load load) {
    Set<Long> worked = ids("SELECT job_id FROM effect");
    assertThat(missing(load.committed(), worked)).as("committed jobs that were lost").isEmpty();
    assertThat(common(load.rolledBack(), worked)).as("rolled-back jobs that ran").isEmpty();
    assertThat(ids("SELECT job_id FROM effect GROUP BY job_id HAVING count(*) > 1"))
        .as("jobs whose effect happened twice")
        .isEmpty();
    assertThat(ids("SELECT id FROM river_job WHERE state <> 'completed'"))
        .as("jobs that are not completed")
        .isEmpty();
    assertThat(
            dsl.fetch(
                "SELECT * FROM transition"
                    + " WHERE old_state IN ('cancelled', 'completed', 'discarded')"))
        .as("jobs that had ended and changed again")
        .isEmpty();
    assertThat(
            dsl.fetch(
                "SELECT * FROM transition WHERE old_state = 'running'"
                    + " AND new_state = 'running'"))
        .as("attempts that began while another one ran")
        .isEmpty();
    checkTicks();
  }

  /**
   * Whatever happened, each second has one job. What counts is when it was due first: a job that is
   * rescued is scheduled anew.
   */
  private void checkTicks() {
    assertThat(
            dsl.fetch(
                """
                SELECT due_at, previous FROM (
                  SELECT due_at, lag(due_at) OVER (ORDER BY due_at, job_id) AS previous
                  FROM tick) AS ticks
                WHERE due_at <> previous + interval '1 second'
                """))
        .as("runs of the periodic job that came twice or not at all")
        .isEmpty();
  }

  private Set<Long> ids(String query) {
    return new HashSet<>(dsl.fetch(query).getValues(0, Long.class));
  }

  private static Set<Long> missing(Set<Long> expected, Set<Long> actual) {
    Set<Long> missing = new HashSet<>(expected);
    missing.removeAll(actual);
    return missing;
  }

  private static Set<Long> common(Set<Long> one, Set<Long> other) {
    Set<Long> common = new HashSet<>(one);
    common.retainAll(other);
    return common;
  }
}
