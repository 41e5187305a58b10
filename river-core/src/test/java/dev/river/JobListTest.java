package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static dev.river.testing.StoredJob.in;
import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.query.JobCursor;
import dev.river.query.JobOrder;
import dev.river.query.JobPage;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobListTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private Jobs jobs;

  @BeforeEach
  void createClient() {
    jobs = river.client(RiverClient.builder(river.dataSource())).jobs();
  }

  @Test
  void listsTheFirst100ByTheirNumbers() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      ids.add(in(river.dsl(), RiverJobState.available));
    }

    JobPage first = jobs.list(JobQuery.builder().build());
    assertThat(ids(first)).isEqualTo(ids.subList(0, 100));
    JobPage last = jobs.list(JobQuery.builder().after(first.next().orElseThrow()).build());
    assertThat(ids(last)).isEqualTo(ids.subList(100, 101));
    assertThat(last.next()).isEmpty();
  }

  @Test
  void hasNoNextPageIfTheLastOneIsJustFull() {
    in(river.dsl(), RiverJobState.available);

    assertThat(jobs.list(JobQuery.builder().limit(1).build()).next()).isEmpty();
  }

  @Test
  void filtersByWhatAJobIs() {
    long plain = stored(job -> {});
    long kind = stored(job -> job.setKind("mail"));
    long queue = stored(job -> job.setQueue("slow"));
    long priority = stored(job -> job.setPriority(3));
    long running = in(river.dsl(), RiverJobState.running);

    assertFound(JobQuery.builder().ids(kind, queue, 999), kind, queue);
    assertFound(JobQuery.builder().ids(List.of(plain)), plain);
    assertFound(JobQuery.builder().kinds("mail", "none"), kind);
    assertFound(JobQuery.builder().queues("slow"), queue);
    assertFound(JobQuery.builder().priorities(3, 4), priority);
    assertFound(JobQuery.builder().states(JobState.RUNNING, JobState.PENDING), running);
    assertFound(JobQuery.builder().kinds("test").queues("default").priorities(1), plain, running);
    assertFound(JobQuery.builder().kinds("mail").queues("slow"));
  }

  @Test
  void filtersByTags() {
    long both = stored(job -> job.setTags(new String[] {"red", "big"}));
    long red = stored(job -> job.setTags(new String[] {"red"}));
    long none = stored(job -> {});

    assertFound(JobQuery.builder().tagsAny("red", "big"), both, red);
    assertFound(JobQuery.builder().tagsAll("big", "red"), both);
    assertFound(JobQuery.builder().tagsAny("red").tagsAll("big"), both);
    assertFound(JobQuery.builder().tagsAll(), both, red, none);
    assertFound(JobQuery.builder().tagsAny("Red"));
  }

  @Test
  void filtersByAFragmentOfTheMetadata() {
    long found =
        stored(job -> job.setMetadata(JSONB.valueOf("{\"a\": {\"b\": 1, \"c\": 2}, \"d\": 3}")));
    stored(job -> job.setMetadata(JSONB.valueOf("{\"a\": {\"b\": 2}}")));

    assertFound(JobQuery.builder().metadata(Map.of("a", Map.of("b", 1))), found);
  }

  @Test
  void filtersByConditionsOnTheTableOrOnPlainNames() {
    long found = stored(job -> job.setArgs(JSONB.valueOf("{\"size\": 5}")));
    stored(job -> job.setArgs(JSONB.valueOf("{\"size\": 1}")));
    var large = DSL.condition("(args ->> 'size')::int > {0}", DSL.val(3));

    assertFound(JobQuery.builder().where(RIVER_JOB.KIND.eq("test")).where(large), found);
    assertFound(JobQuery.builder().where(large.and(RIVER_JOB.PRIORITY.eq(2))));
    // an alternative stays one condition among others
    assertFound(JobQuery.builder().kinds("none").where(large.or(RIVER_JOB.PRIORITY.eq(1))));
    assertThat(jobs.deleteAll(JobQuery.builder().where(large).build(), 10)).containsExactly(found);
  }

  @Test
  void findsNothingForAFilterWithoutValues() {
    stored(job -> {});

    assertFound(JobQuery.builder().ids());
    assertFound(JobQuery.builder().kinds());
    assertFound(JobQuery.builder().queues());
    assertFound(JobQuery.builder().states());
    assertFound(JobQuery.builder().priorities());
    assertFound(JobQuery.builder().tagsAny());
  }

  @Test
  void sortsByTimeThatTheFirstStateDecidesOn() {
    long early = at(RiverJobState.running, START, START.plusSeconds(9));
    long late = at(RiverJobState.running, START.plusSeconds(9), START);

    var query = JobQuery.builder().orderBy(JobOrder.TIME);
    assertFound(query.states(JobState.RUNNING, JobState.AVAILABLE), late, early);
    assertFound(query.states(JobState.AVAILABLE, JobState.RUNNING), early, late);
    assertFound(query.descending(), late, early);
  }

  @Test
  void sortsByFinalTimeAndLeavesOutWhatHasNotEnded() {
    stored(job -> {});
    long late = ended(RiverJobState.completed, START.plusSeconds(1));
    long early = ended(RiverJobState.discarded, START);

    assertFound(JobQuery.builder().orderBy(JobOrder.FINALIZED_AT), early, late);
  }

  @ParameterizedTest
  @EnumSource(JobOrder.class)
  void pagesTogetherAreTheWholeListWhateverTheTies(JobOrder order) {
    Random random = new Random(order.name().hashCode());
    storeMany(random, 60);
    for (int round = 0; round < 12; round++) {
      JobQuery query = query(random, order);
      List<JobRow> expected = new ArrayList<>(all(query));
      expected.sort(comparator(query));

      List<JobRow> paged = new ArrayList<>();
      Optional<JobCursor> next = Optional.empty();
      do {
        JobQuery.Builder page = query.toBuilder().limit(1 + random.nextInt(9));
        next.ifPresent(page::after);
        JobPage found = jobs.list(page.build());
        paged.addAll(found.jobs());
        next = found.next();
      } while (next.isPresent());

      assertThat(paged)
          .extracting(JobRow::id)
          .isEqualTo(expected.stream().map(JobRow::id).toList());
    }
  }

  @Test
  void listsAJobWhoseTimesJavaCannotHold() {
    long id = stored(job -> {});
    river.dsl().execute("UPDATE river_job SET scheduled_at = 'infinity', created_at = '-infinity'");

    assertFound(JobQuery.builder(), id);
    assertThat(jobs.get(id)).isPresent();
    assertThat(jobs.cancel(id).state()).isEqualTo(JobState.CANCELLED);
    assertThat(jobs.delete(id).id()).isEqualTo(id);
  }

  @Test
  void aQueryThatIsUsedAgainMeansTheSameWhateverBecomesOfItsBuilder() {
    long a = stored(job -> job.setKind("a"));
    stored(job -> job.setKind("b"));
    JobQuery.Builder builder = JobQuery.builder().where(RIVER_JOB.KIND.eq("a"));
    JobQuery query = builder.build();
    builder.where(DSL.falseCondition());
    query.toBuilder().where(DSL.falseCondition());

    for (int i = 0; i < 2; i++) {
      assertThat(ids(jobs.list(query))).containsExactly(a);
    }
    assertThat(jobs.list(builder.build()).jobs()).isEmpty();
  }

  @Test
  void pagesGoOnBehindAJobThatIsGone() {
    long first = stored(job -> {});
    long second = stored(job -> {});
    JobCursor next = jobs.list(JobQuery.builder().limit(1).build()).next().orElseThrow();

    jobs.delete(first);

    assertFound(JobQuery.builder().after(next), second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage!", "Z2FyYmFnZQ==", "e30=", "bnVsbA", "W10=", "MQ=="})
  void refusesACursorThatIsNone(String token) {
    JobQuery query = JobQuery.builder().after(new JobCursor(token)).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.list(query))
        .withMessage("a cursor must be the token of a page's next one, got: \"" + token + "\"");
  }

  @Test
  void refusesACursorOfAnotherOrder() {
    stored(job -> {});
    stored(job -> {});
    JobCursor cursor = jobs.list(JobQuery.builder().limit(1).build()).next().orElseThrow();
    JobQuery query = JobQuery.builder().orderBy(JobOrder.SCHEDULED_AT).after(cursor).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.list(query))
        .withMessage(
            "a cursor must be one of the query's own order, which is by scheduled_at,"
                + " got one by: id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.deleteAll(JobQuery.builder().kinds("a").after(cursor).build(), 1))
        .withMessage("a query with a cursor is for lists only");
  }

  private void storeMany(Random random, int count) {
    List<RiverJobState> states = List.of(RiverJobState.values());
    for (int i = 0; i < count; i++) {
      RiverJobState state = states.get(random.nextInt(states.size()));
      in(
          river.dsl(),
          state,
          job -> {
            job.setScheduledAt(instant(random));
            job.setAttemptedAt(random.nextBoolean() ? instant(random) : null);
            if (job.getFinalizedAt() != null) {
              job.setFinalizedAt(instant(random));
            }
          });
    }
  }

  /** One of four, so that many are the same, with microseconds. */
  private static Instant instant(Random random) {
    return START.plusNanos(1_000L * random.nextInt(4));
  }

  private static JobQuery query(Random random, JobOrder order) {
    List<JobState> states = new ArrayList<>(List.of(JobState.values()));
    Collections.shuffle(states, random);
    if (order == JobOrder.FINALIZED_AT) {
      states.removeIf(state -> !state.isFinal());
    }
    JobQuery.Builder query =
        JobQuery.builder()
            .orderBy(order)
            .states(states.subList(0, 1 + random.nextInt(states.size())).toArray(JobState[]::new));
    return (random.nextBoolean() ? query.descending() : query).build();
  }

  private List<JobRow> all(JobQuery query) {
    List<JobState> states = query.states().orElseThrow();
    return jobs.list(JobQuery.builder().limit(10_000).build()).jobs().stream()
        .filter(job -> states.contains(job.state()))
        .toList();
  }

  private static Comparator<JobRow> comparator(JobQuery query) {
    Comparator<JobRow> up = comparing(time(query)).thenComparingLong(JobRow::id);
    return query.isDescending() ? up.reversed() : up;
  }

  /** Jobs without a time come last, or first downwards. */
  private static Function<JobRow, Instant> time(JobQuery query) {
    JobState first = query.states().orElseThrow().getFirst();
    return switch (query.order()) {
      case ID -> job -> START;
      case SCHEDULED_AT -> JobRow::scheduledAt;
      case FINALIZED_AT -> job -> job.finalizedAt().orElse(Instant.MAX);
      case TIME ->
          first.isFinal()
              ? job -> job.finalizedAt().orElse(Instant.MAX)
              : first == JobState.RUNNING
                  ? job -> job.attemptedAt().orElse(Instant.MAX)
                  : JobRow::scheduledAt;
    };
  }

  private long at(RiverJobState state, Instant scheduledAt, Instant attemptedAt) {
    return in(
        river.dsl(),
        state,
        job -> {
          job.setScheduledAt(scheduledAt);
          job.setAttemptedAt(attemptedAt);
        });
  }

  private long ended(RiverJobState state, Instant finalizedAt) {
    return in(river.dsl(), state, job -> job.setFinalizedAt(finalizedAt));
  }

  private long stored(Consumer<RiverJobRecord> rest) {
    return in(river.dsl(), RiverJobState.available, rest);
  }

  private void assertFound(JobQuery.Builder query, long... ids) {
    assertThat(ids(jobs.list(query.build()))).isEqualTo(Arrays.stream(ids).boxed().toList());
  }

  private static List<Long> ids(JobPage page) {
    return page.jobs().stream().map(JobRow::id).toList();
  }
}
