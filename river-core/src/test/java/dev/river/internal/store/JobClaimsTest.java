package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class JobClaimsTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JobClaims claims = new JobClaims(new JsonCodec());

  @Test
  void ofAPausedQueueNoJobIsClaimedAloneEither() {
    long id = river.insert(NewJobs.available());
    assertThat(firstDue()).containsExactly(id);

    river.dsl().execute("INSERT INTO river_queue (name, paused_at) VALUES ('default', now())");

    assertThat(firstDue()).isEmpty();
  }

  private List<Long> firstDue() {
    SingleClaims single = new SingleClaims(new JsonCodec());
    return river.database().call(db -> single.firstDue(db, "default", List.of())).stream()
        .map(SingleClaims.Found::id)
        .toList();
  }

  @Test
  void beginsTheNextAttemptOfADueJob() {
    long id = river.insert(NewJobs.available());

    List<JobRow> claimed = claim("default", "me", 10);

    assertThat(claimed).hasSize(1);
    JobRow row = claimed.getFirst();
    assertThat(row.id()).isEqualTo(id);
    assertThat(row.state()).isEqualTo(JobState.RUNNING);
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.attemptedBy()).containsExactly("me");
    assertThat(row.attemptedAt()).isPresent();
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void ordersByPriorityThenTimeThenNumber() {
    Instant past = Instant.parse("2020-01-01T00:00:00Z");
    long third = river.insert(NewJobs.withPriority(2));
    long second = river.insert(NewJobs.at(past.plusSeconds(1)));
    long first = river.insert(NewJobs.at(past));
    long tie = river.insert(NewJobs.at(past));
    long last = river.insert(NewJobs.withPriority(4));

    assertThat(claim("default", "me", 10))
        .extracting(JobRow::id)
        .containsExactly(first, tie, second, third, last);
  }

  @Test
  void takesNoMoreThanTheLimitAndTheFirstOnes() {
    long last = river.insert(NewJobs.withPriority(3));
    long first = river.insert(NewJobs.withPriority(1));
    long second = river.insert(NewJobs.withPriority(2));

    assertThat(claim("default", "me", 2)).extracting(JobRow::id).containsExactly(first, second);
    assertThat(river.row(last).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void leavesOtherQueuesOtherStatesAndTheFutureAlone() {
    river.insert(NewJobs.inQueue("other"));
    river.insert(NewJobs.at(Instant.now().plus(Duration.ofHours(1))));
    long soon = river.insert(NewJobs.available());
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.SCHEDULED_AT, Instant.now().plus(Duration.ofHours(1)))
        .where(RIVER_JOB.ID.eq(soon))
        .execute();

    assertThat(claim("default", "me", 10)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "available")
  void leavesAJobOfAnyOtherStateAloneThoughItsTimeHasCome(RiverJobState state) {
    StoredJob.in(
        river.dsl(), state, job -> job.setScheduledAt(Instant.parse("2020-01-01T00:00:00Z")));

    assertThat(claim("default", "me", 10)).isEmpty();
  }

  @Test
  void keepsTheNewestHundredClients() {
    long id = river.insert(NewJobs.available());
    String[] hundred = IntStream.range(0, 100).mapToObj(i -> "c" + i).toArray(String[]::new);
    river.dsl().update(RIVER_JOB).set(RIVER_JOB.ATTEMPTED_BY, hundred).execute();

    claim("default", "me", 1);

    assertThat(river.row(id).getAttemptedBy())
        .hasSize(100)
        .startsWith("c1", "c2")
        .endsWith("c99", "me");
  }

  @Test
  void readsWhateverOtherClientsHaveStored() {
    river.insert(NewJobs.available());
    river
        .dsl()
        .execute(
            """
            UPDATE river_job SET
              errors = ARRAY['null', '5', '{"at": "nonsense", "attempt": "x"}', NULL]::jsonb[],
              attempted_by = ARRAY['a', NULL],
              scheduled_at = '-infinity',
              created_at = '4713-11-24 00:00:00 BC',
              args = '{"a": 12345678901234567890}',
              metadata = '{"snoozes": "4"}'
            """);

    JobRow row = claim("default", "me", 1).getFirst();

    assertThat(row.errors()).hasSize(4);
    assertThat(row.attemptedBy()).containsExactly("a", "null", "me");
    assertThat(row.encodedArgs()).isEqualTo("{\"a\": 12345678901234567890}");
  }

  @Test
  void givesEachJobToOneOfManyClaimants() throws Exception {
    int jobs = 2_000;
    river
        .dsl()
        .insertInto(RIVER_JOB, RIVER_JOB.ARGS, RIVER_JOB.KIND)
        .select(
            DSL.select(DSL.inline(org.jooq.JSONB.valueOf("{}")), DSL.inline("test"))
                .from(DSL.generateSeries(1, jobs)))
        .execute();
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    List<Future<Integer>> counts = new ArrayList<>();

    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        String client = "client" + i;
        counts.add(threads.submit(() -> claimAll(client, seen)));
      }
    }

    assertThat(sum(counts)).isEqualTo(jobs);
    assertThat(seen).hasSize(jobs);
  }

  @Test
  void findsJobsThatItsClientDoesNotKnowOf() {
    long known = river.insert(NewJobs.available());
    long unknown = river.insert(NewJobs.available());
    claim("default", "me", 2);
    river.insert(NewJobs.available());
    claim("default", "other", 1);
    river.insert(NewJobs.available());

    assertThat(unknownTo("me", known)).containsExactly(unknown);
  }

  private List<Long> unknownTo(String client, long known) {
    var search = new JobClaims.UnknownTo(client, List.of(known));
    return river.database().call(db -> claims.claimedUnknown(db, "default", search, 10)).stream()
        .map(JobRow::id)
        .toList();
  }

  @Test
  void usesTheClaimIndex() {
    String plan =
        river
            .dsl()
            .transactionResult(
                tx -> {
                  tx.dsl().execute("SET LOCAL enable_seqscan = off");
                  return tx.dsl()
                      .fetch(
                          "EXPLAIN SELECT id FROM river_job WHERE state = 'available'"
                              + " AND queue = 'default' AND scheduled_at <= now()"
                              + " ORDER BY priority, scheduled_at, id LIMIT 10")
                      .format();
                });

    assertThat(plan).contains("river_job_claim_idx").doesNotContain("Sort");
  }

  private int claimAll(String client, Set<Long> seen) {
    int count = 0;
    for (List<JobRow> rows = claim("default", client, 37);
        !rows.isEmpty();
        rows = claim("default", client, 37)) {
      count += rows.size();
      rows.forEach(row -> seen.add(row.id()));
    }
    return count;
  }

  private static int sum(List<Future<Integer>> counts)
      throws InterruptedException, ExecutionException {
    int sum = 0;
    for (Future<Integer> count : counts) {
      sum += count.get();
    }
    return sum;
  }

  private List<JobRow> claim(String queue, String client, int limit) {
    return river.database().call(db -> claims.claim(db, queue, client, limit));
  }
}
