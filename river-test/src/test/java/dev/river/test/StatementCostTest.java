package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.job.Insert;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.test.fault.FaultyDataSource;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** How many statements jobs cost. Each of them is a round trip, and most are a commit. */
class StatementCostTest {
  private static final int JOBS = 1_000;

  record NoteArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }
  }

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void aThousandJobsThatEndTogetherAreWorkedWithAFewStatements() throws Exception {
    CountDownLatch begun = new CountDownLatch(JOBS);
    Workers workers =
        new Workers()
            .add(
                NoteArgs.class,
                (job, context) -> {
                  begun.countDown();
                  begun.await(); // so that their outcomes come at once
                  return WorkResult.completed();
                });
    AtomicInteger statements = new AtomicInteger();
    try (TestDatabase database = TestPostgres.shared().createDatabase();
        FaultyDataSource counting = FaultyDataSource.around(database.dataSource());
        RiverClient client =
            RiverClient.builder(counting).workers(workers).queue("default", JOBS).build()) {
      client.insertMany(jobs());
      countChangesOfJobs(counting, statements);

      client.start();
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      client.stop();

      assertThat(client.jobs().counts().of(JobState.COMPLETED).jobs()).isEqualTo(JOBS);
    }
    assertThat(statements).hasValueLessThanOrEqualTo(JOBS / 20);
  }

  @Test
  void aThousandJobsAreInsertedWithAFewStatements() {
    AtomicInteger statements = new AtomicInteger();
    try (TestDatabase database = TestPostgres.shared().createDatabase();
        FaultyDataSource counting = FaultyDataSource.around(database.dataSource());
        RiverClient client = RiverClient.builder(counting).build()) {
      countChangesOfJobs(counting, statements);

      client.insertMany(jobs());
    }
    assertThat(statements).hasValueBetween(1, 5);
  }

  @Test
  void aJobIsInsertedWithOneStatement() {
    AtomicInteger statements = new AtomicInteger();
    try (TestDatabase database = TestPostgres.shared().createDatabase();
        FaultyDataSource counting = FaultyDataSource.around(database.dataSource());
        RiverClient client = RiverClient.builder(counting).build()) {
      countChangesOfJobs(counting, statements);

      client.insert(new NoteArgs(1));
    }
    assertThat(statements).hasValue(1);
  }

  private static List<Insert<NoteArgs>> jobs() {
    return IntStream.range(0, JOBS).mapToObj(number -> Insert.of(new NoteArgs(number))).toList();
  }

  /** Not what tells other clients of them, which is sent once in a while for many. */
  private static void countChangesOfJobs(FaultyDataSource database, AtomicInteger count) {
    database
        .failStatement(
            sql -> {
              if (sql.contains("\"river_job\"") && !sql.startsWith("select")) {
                count.incrementAndGet();
              }
              return false;
            })
        .refused();
  }
}
