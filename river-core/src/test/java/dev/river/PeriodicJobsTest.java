package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_PERIODIC_JOB;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.PeriodicJobNotFoundException;
import dev.river.error.RiverException;
import dev.river.internal.store.PeriodicJobStore;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobInsertParams;
import dev.river.job.JobRow;
import dev.river.job.UniqueOpts;
import dev.river.periodic.MissedRuns;
import dev.river.periodic.OverlapPolicy;
import dev.river.periodic.PeriodicJob;
import dev.river.periodic.Schedule;
import dev.river.query.PeriodicJobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Periodic jobs whose next run is in the database. A run is made due by an UPDATE. */
class PeriodicJobsTest {
  private static final Duration DAY = Duration.ofDays(1);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void isDueFirstWhenAnIntervalHasPassed() {
    Instant before = now();
    started(daily());

    PeriodicJobRow row = awaitRow();

    assertThat(row.nextRunAt().orElseThrow()).isBetween(before.plus(DAY), now().plus(DAY));
    assertThat(row.schedule()).isEqualTo("every PT24H");
    assertThat(row.lastRunAt()).isEmpty();
    assertThat(row.lastJobId()).isEmpty();
    assertThat(jobs()).isEmpty();
  }

  @Test
  void insertsAJobOfTheRunAndPlansTheNextWithoutDrift() {
    RiverClient client = started(daily());
    awaitRow();

    Instant due = makeDue(Duration.ofSeconds(30));

    PeriodicJobRow row = awaitRun(due);
    assertThat(row.nextRunAt()).contains(due.plus(DAY));
    RiverJobRecord job = river.awaitState(row.lastJobId().orElseThrow(), RiverJobState.completed);
    assertThat(job.getScheduledAt()).isEqualTo(due);
    assertThat(job.getKind()).isEqualTo("test");
    assertThat(job.getMetadata().data())
        .contains("\"periodic\": true")
        .contains("\"river:periodic_job_id\": \"report\"");
    assertThat(client.periodicJobs().get("report")).contains(row);
  }

  @Test
  void runOnStartIsDueAtOnceWhenTheJobIsNewAndNotAgain() {
    RiverClient client = started(daily().runOnStart());
    await().atMost(RiverDatabase.PATIENCE).until(() -> jobs().size() == 1);

    client.stop();
    client.start();
    awaitRun(makeDue(Duration.ofSeconds(1)));

    assertThat(jobs()).hasSize(2);
  }

  @Test
  void argumentsAreNotNeededWhereTheConstructorMakesNothing() {
    AtomicBoolean nothing = new AtomicBoolean(true);
    started(
        PeriodicJob.every(
                DAY,
                () ->
                    nothing.get()
                        ? Optional.empty()
                        : Optional.of(Insert.of(new TestArgs("something"))))
            .id("report"));
    awaitRow();

    Instant due = makeDue(Duration.ofSeconds(1));
    awaitNextRun(due.plus(DAY));

    assertThat(jobs()).isEmpty();
    assertThat(row().lastRunAt()).isEmpty();
    nothing.set(false);
    awaitRun(makeDue(Duration.ofSeconds(1)));
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void optionsOfTheConstructorCount() {
    InsertOpts opts =
        InsertOpts.builder()
            .queue("reports")
            .priority(3)
            .metadata(Map.of("of", "the day"))
            .scheduledAt(Instant.parse("2100-01-01T00:00:00Z"))
            .build();
    started(
        PeriodicJob.every(DAY, () -> Optional.of(Insert.of(new TestArgs("a"), opts))).id("report"));
    awaitRow();

    awaitRun(makeDue(Duration.ofSeconds(1)));

    RiverJobRecord job = jobs().getFirst();
    assertThat(job.getQueue()).isEqualTo("reports");
    assertThat(job.getPriority()).isEqualTo(3);
    assertThat(job.getState()).isEqualTo(RiverJobState.scheduled);
    assertThat(job.getMetadata().data()).contains("the day").contains("periodic");
  }

  @Test
  void aDuplicateIsNoNewJob() {
    InsertOpts opts = InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();
    started(
        PeriodicJob.every(DAY, () -> Optional.of(Insert.of(new TestArgs("one"), opts)))
            .id("report"));
    awaitRow();

    awaitRun(makeDue(Duration.ofSeconds(2)));
    PeriodicJobRow second = awaitRun(makeDue(Duration.ofSeconds(1)));

    assertThat(jobs())
        .extracting(RiverJobRecord::getId)
        .containsExactly(second.lastJobId().orElseThrow());
  }

  @Test
  void missedRunsAreMadeUpForByOneJob() {
    started(daily());
    awaitRow();

    Instant due = makeDue(DAY.multipliedBy(3).plusHours(1));

    PeriodicJobRow row = awaitRun(due.plus(DAY.multipliedBy(3)));
    assertThat(row.nextRunAt()).contains(due.plus(DAY.multipliedBy(4)));
    assertThat(scheduled()).containsExactly(due.plus(DAY.multipliedBy(3)));
  }

  @Test
  void allMissedRunsAreInsertedUpToTheirNumber() {
    started(daily().missedRuns(MissedRuns.runAll(2)));
    awaitRow();

    Instant due = makeDue(DAY.multipliedBy(3).plusHours(1));

    awaitRun(due.plus(DAY.multipliedBy(3)));
    assertThat(scheduled())
        .containsExactly(due.plus(DAY.multipliedBy(2)), due.plus(DAY.multipliedBy(3)));
  }

  @Test
  void missedRunsMayBeSkipped() {
    started(daily().missedRuns(MissedRuns.skip()));
    awaitRow();

    Instant missed = makeDue(Duration.ofMinutes(2));
    awaitNextRun(missed.plus(DAY));
    assertThat(jobs()).isEmpty();

    Instant late = makeDue(Duration.ofSeconds(30));
    awaitRun(late);
    assertThat(scheduled()).containsExactly(late);
  }

  @Test
  void aRunIsLeftOutWhileTheLastJobHasNotEnded() {
    started(daily().overlap(OverlapPolicy.SKIP));
    awaitRow();
    long going = StoredJob.in(river.dsl(), RiverJobState.retryable);
    river
        .dsl()
        .update(RIVER_JAVA_PERIODIC_JOB)
        .set(RIVER_JAVA_PERIODIC_JOB.LAST_JOB_ID, going)
        .execute();

    Instant first = makeDue(Duration.ofSeconds(2));
    awaitNextRun(first.plus(DAY));
    assertThat(jobs()).extracting(RiverJobRecord::getId).containsExactly(going);

    river.dsl().deleteFrom(RIVER_JOB).execute();
    awaitRun(makeDue(Duration.ofSeconds(1)));
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void missedRunsDoNotOverlapEachOtherEither() {
    PeriodicJob job =
        PeriodicJob.every(
                DAY,
                () ->
                    Optional.of(
                        Insert.of(
                            new TestArgs("a"), InsertOpts.builder().queue("nobodys").build())))
            .id("report")
            .missedRuns(MissedRuns.runAll(10))
            .overlap(OverlapPolicy.SKIP);
    started(job);
    awaitRow();

    Instant due = makeDue(DAY.multipliedBy(3).plusHours(1));

    awaitNextRun(due.plus(DAY.multipliedBy(4)));
    assertThat(scheduled()).containsExactly(due);
  }

  @Test
  void aPausedJobIsNotInsertedAndWhatWasDueMeanwhileIsNotMadeUpFor() {
    RiverClient client = started(daily().missedRuns(MissedRuns.runAll(10)), other());
    awaitRow();
    client.periodicJobs().pause("report");
    Instant paused = row().pausedAt().orElseThrow();
    client.periodicJobs().pause("report");
    assertThat(row().pausedAt()).contains(paused);

    Instant due = makeDue(DAY.multipliedBy(2).plusHours(1));
    runOther();
    assertThat(row().nextRunAt()).contains(due);

    client.periodicJobs().resume("report");
    awaitNextRun(due.plus(DAY.multipliedBy(3)));
    assertThat(scheduled()).doesNotContain(due).hasSize(1);
    assertThat(row().isPaused()).isFalse();
  }

  @Test
  void aPauseThatIsRolledBackNeverWas() {
    RiverClient client = started(daily());
    awaitRow();

    assertThatThrownBy(
            () ->
                river
                    .dsl()
                    .transaction(
                        tx -> {
                          client.periodicJobs(tx.dsl()).pause("report");
                          assertThat(client.periodicJobs(tx.dsl()).get("report"))
                              .hasValueSatisfying(row -> assertThat(row.isPaused()).isTrue());
                          throw new IllegalStateException("changed my mind");
                        }))
        .hasMessageContaining("changed my mind");

    assertThat(row().isPaused()).isFalse();
    awaitRun(makeDue(Duration.ofSeconds(1)));
  }

  @Test
  void aNewScheduleIsPlannedFromNow() {
    RiverClient old = started(daily());
    awaitRow();
    old.stop();
    makeDue(Duration.ofHours(1));

    started(PeriodicJob.every(Duration.ofHours(2), () -> new TestArgs("b")).id("report"));

    await().atMost(RiverDatabase.PATIENCE).until(() -> row().schedule().equals("every PT2H"));
    assertThat(row().nextRunAt().orElseThrow())
        .isBetween(now().plus(119, ChronoUnit.MINUTES), now().plus(2, ChronoUnit.HOURS));
    assertThat(jobs()).isEmpty();
  }

  @Test
  void theSameScheduleIsNotPlannedAnewByARestart() {
    RiverClient client = started(daily());
    PeriodicJobRow before = awaitRow();

    client.stop();
    client.start();
    awaitRun(makeDue(Duration.ofSeconds(1)));
    client.stop();
    Optional<Instant> planned = row().nextRunAt();
    RiverClient next = started(daily(), other());
    runOther();

    assertThat(row().nextRunAt()).isEqualTo(planned);
    assertThat(next.periodicJobs().list(10)).hasSize(2);
    assertThat(before.schedule()).isEqualTo(row().schedule());
  }

  @Test
  void aClientThatDoesNotLeadInsertsWhatOnlyItHas() {
    RiverClient leader = river.started(builder().id("leader"));
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () -> leader.fleet().leader().filter(is -> is.clientId().equals("leader")).isPresent());
    started(daily());
    awaitRow();

    awaitRun(makeDue(Duration.ofSeconds(1)));

    assertThat(jobs()).hasSize(1);
    assertThat(leader.fleet().leader())
        .hasValueSatisfying(is -> assertThat(is.clientId()).isEqualTo("leader"));
  }

  @Test
  void worksWithoutListeningToo() {
    river.started(builder().pollOnly(true).periodic(daily()));
    awaitRow();

    Instant due = makeDue(Duration.ofSeconds(1));

    assertThat(awaitRun(due).nextRunAt()).contains(due.plus(DAY));
  }

  @Test
  void aConstructorThatFailsIsAskedAgainAndHarmsNoOther() {
    log.expectWarnings();
    AtomicBoolean broken = new AtomicBoolean(true);
    started(
        PeriodicJob.every(
                DAY,
                () -> {
                  if (broken.get()) {
                    throw new IOException("no figures yet");
                  }
                  return Optional.of(Insert.of(new TestArgs("a")));
                })
            .id("report"),
        other());
    awaitRow();

    Instant due = makeDue(Duration.ofSeconds(1));
    runOther();
    await().atMost(RiverDatabase.PATIENCE).until(() -> !log.warnings().isEmpty());
    assertThat(row().nextRunAt()).contains(due);
    broken.set(false);

    awaitRun(due);
    assertThat(log.warnings()).allMatch(line -> line.contains("report (every PT24H)"));
  }

  @Test
  void aJobThatIsNotValidHarmsNoOther() {
    log.expectWarnings();
    started(PeriodicJob.every(DAY, () -> new TestArgs("\0")).id("report"), other());
    awaitRow();

    Instant due = makeDue(Duration.ofSeconds(1));
    await().atMost(RiverDatabase.PATIENCE).until(() -> !log.warnings().isEmpty());
    runOther();

    assertThat(row().nextRunAt()).contains(due);
    assertThat(log.warnings().getFirst()).contains("could not be inserted");
  }

  @Test
  void aScheduleOfOnesOwnMayEnd() {
    Instant last = Instant.parse("2100-01-01T00:00:00Z");
    record Once(Instant at) implements Schedule {
      @Override
      public Optional<Instant> next(Instant after) {
        return Optional.of(at).filter(time -> time.isAfter(after));
      }

      @Override
      public String text() {
        return "once at " + at;
      }
    }
    started(PeriodicJob.of(new Once(last), () -> new TestArgs("a")).id("report"), other());

    assertThat(awaitRow().nextRunAt()).contains(last);
    river
        .dsl()
        .update(RIVER_JAVA_PERIODIC_JOB)
        .set(RIVER_JAVA_PERIODIC_JOB.SCHEDULE, "another")
        .where(RIVER_JAVA_PERIODIC_JOB.ID.eq("report"))
        .execute();
    runOther();
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void aScheduleThatDoesNotGoOnIsRefusedWhenItIsAsked() {
    log.expectWarnings();
    Schedule stuck =
        new Schedule() {
          @Override
          public Optional<Instant> next(Instant after) {
            return Optional.of(after.plusNanos(10)); // less than the database can tell apart
          }

          @Override
          public String text() {
            return "stuck";
          }
        };
    started(PeriodicJob.of(stuck, () -> new TestArgs("a")).id("report").runOnStart());

    await().atMost(RiverDatabase.PATIENCE).until(() -> !log.warnings().isEmpty());

    assertThat(jobs()).isEmpty();
  }

  @Test
  void neverRunsByItselfButWhenAsked() {
    RiverClient client =
        started(PeriodicJob.of(Schedule.never(), () -> new TestArgs("a")).id("report"));

    assertThat(awaitRow().nextRunAt()).isEmpty();
    assertThat(client.periodicJobs().nextRuns("report", 5)).isEmpty();
    JobRow job = client.periodicJobs().runNow("report").orElseThrow();

    river.awaitState(job.id(), RiverJobState.completed);
    assertThat(row().lastJobId()).hasValue(job.id());
    assertThat(row().nextRunAt()).isEmpty();
  }

  @Test
  void runNowLeavesTheScheduleAsItIs() {
    RiverClient client = started(daily());
    PeriodicJobRow before = awaitRow();

    JobRow job = client.periodicJobs().runNow("report").orElseThrow();

    assertThat(job.metadata()).contains("river:periodic_job_id");
    assertThat(row().nextRunAt()).isEqualTo(before.nextRunAt());
    assertThat(row().lastRunAt()).contains(job.scheduledAt());
  }

  @Test
  void runNowTakesUpWhatIsNotInTheDatabaseYet() {
    RiverClient client = river.client(builder().periodic(daily()));

    JobRow job = client.periodicJobs().runNow("report").orElseThrow();

    assertThat(row().lastJobId()).hasValue(job.id());
    assertThat(row().nextRunAt()).contains(job.scheduledAt().plus(DAY));
  }

  @Test
  void runNowIsPartOfTheCallersTransaction() {
    RiverClient client = started(daily());
    awaitRow();

    river
        .dsl()
        .transaction(
            tx -> {
              client.periodicJobs(tx.dsl()).runNow("report");
              tx.dsl().connection(Connection::rollback);
            });

    assertThat(jobs()).isEmpty();
    assertThat(row().lastJobId()).isEmpty();
  }

  @Test
  void runNowTellsOfAConstructorThatFails() {
    RiverClient client =
        started(
            PeriodicJob.every(
                    DAY,
                    () -> {
                      if (DAY.isPositive()) {
                        throw new IOException("no figures yet");
                      }
                      return Optional.empty();
                    })
                .id("report"));
    awaitRow();

    assertThatThrownBy(() -> client.periodicJobs().runNow("report"))
        .isInstanceOf(RiverException.class)
        .hasMessage("the constructor of report (every PT24H) failed")
        .hasRootCauseMessage("no figures yet");
  }

  @Test
  void nextRunsAreThoseOfTheSchedule() {
    RiverClient client =
        started(PeriodicJob.cron("0 12 * * *", () -> new TestArgs("a")).id("report"));
    Instant first = awaitRow().nextRunAt().orElseThrow();

    assertThat(client.periodicJobs().nextRuns("report", 3))
        .containsExactly(first, first.plus(DAY), first.plus(DAY.multipliedBy(2)));
    assertThatThrownBy(() -> client.periodicJobs().nextRuns("report", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count must be 1 to 10000, got: 0");
  }

  @Test
  void jobsAreAddedAndRemovedWhileTheClientRuns() {
    RiverClient client = started();
    client.periodicJobs().add(daily());
    awaitRow();
    awaitRun(makeDue(Duration.ofSeconds(1)));

    client.periodicJobs().remove("report");

    assertThat(client.periodicJobs().list(10)).isEmpty();
    client.periodicJobs().add(daily());
    assertThat(awaitRow().lastRunAt()).isEmpty();
    assertThatThrownBy(() -> client.periodicJobs().add(daily()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a periodic job must be added once, got two with id \"report\"");
  }

  @Test
  void whatNoClientHasIsListedAndCanBeRemoved() {
    RiverClient client = started(daily());
    awaitRow();
    client.close();
    RiverClient other = river.client(RiverClient.builder(river.dataSource()));

    assertThat(other.periodicJobs().list(10))
        .extracting(PeriodicJobRow::id)
        .containsExactly("report");
    assertThat(other.periodicJobs().listAfter("report", 10)).isEmpty();
    assertThatThrownBy(() -> other.periodicJobs().runNow("report"))
        .isInstanceOf(PeriodicJobNotFoundException.class)
        .hasMessage("this client has no periodic job \"report\"");
    other.periodicJobs().remove("report");
    assertThat(other.periodicJobs().list(10)).isEmpty();
  }

  @Test
  void anIdThatNobodyHasIsNotFound() {
    RiverClient client = started();

    assertThat(client.periodicJobs().get("nobodys")).isEmpty();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> client.periodicJobs().pause("nobodys"),
            () -> client.periodicJobs().resume("nobodys"),
            () -> client.periodicJobs().remove("nobodys"),
            () -> client.periodicJobs().runNow("nobodys"),
            () -> client.periodicJobs().nextRuns("nobodys", 1))) {
      assertThatThrownBy(call)
          .isInstanceOfSatisfying(
              PeriodicJobNotFoundException.class, e -> assertThat(e.id()).isEqualTo("nobodys"))
          .hasMessageEndingWith("has no periodic job \"nobodys\"");
    }
  }

  @Test
  void aClientThatOnlyInsertsTakesNone() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));

    assertThatThrownBy(() -> client.periodicJobs().add(daily()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("a client without queues only inserts");
  }

  @Test
  void extensionsAreToldWhenItBegins() throws InterruptedException {
    BlockingQueue<Map<String, Instant>> told = new LinkedBlockingQueue<>();
    river.started(
        builder()
            .periodic(daily())
            .periodic(PeriodicJob.every(DAY, () -> new TestArgs("unnamed")))
            .extension(
                new Extension() {
                  @Override
                  public void periodicJobsStarted(Map<String, Instant> nextRuns) {
                    told.add(nextRuns);
                  }
                }));

    Map<String, Instant> nextRuns = told.poll(30, TimeUnit.SECONDS);

    assertThat(nextRuns).isEqualTo(Map.of("report", row().nextRunAt().orElseThrow()));
  }

  @Test
  void extensionsLieAroundTheInsertToo() {
    started(
        builder()
            .extension(
                new Extension() {
                  @Override
                  public JobInsertParams beforeInsert(JobInsertParams job) {
                    return job.toBuilder().priority(4).metadata(Map.of("seen", true)).build();
                  }
                }),
        daily());
    awaitRow();

    awaitRun(makeDue(Duration.ofSeconds(1)));

    assertThat(jobs().getFirst().getPriority()).isEqualTo(4);
    assertThat(jobs().getFirst().getMetadata().data())
        .contains("seen", "periodic", "river:periodic_job_id");
  }

  @Test
  void jobsWithoutIdAreInsertedByTheLeaderOnly() {
    PeriodicJob unnamed = PeriodicJob.every(DAY, () -> new TestArgs("a")).runOnStart();
    RiverClient one = river.started(builder().id("one").periodic(unnamed));
    await().atMost(RiverDatabase.PATIENCE).until(() -> jobs().size() == 1);
    RiverClient two = river.started(builder().id("two").periodic(unnamed).periodic(daily()));
    awaitRow();
    awaitRun(makeDue(Duration.ofSeconds(1)));
    assertThat(jobs()).as("not by the one that does not lead").hasSize(2);

    one.stop();

    await().atMost(RiverDatabase.PATIENCE).until(() -> jobs().size() == 3);
    assertThat(two.fleet().leader()).hasValueSatisfying(is -> assertThat(is.term()).isEqualTo(2));
    assertThat(jobs())
        .filteredOn(job -> job.getMetadata().data().equals("{\"periodic\": true}"))
        .hasSize(2);
    assertThat(river.dsl().fetchCount(RIVER_JAVA_PERIODIC_JOB)).isEqualTo(1);
  }

  @Test
  void aShortIntervalGoesOnWithoutDrift() {
    started(
        PeriodicJob.every(Duration.ofMillis(100), () -> new TestArgs("a"))
            .id("report")
            .missedRuns(MissedRuns.runAll(1000)));

    await().atMost(RiverDatabase.PATIENCE).until(() -> jobs().size() >= 5);

    List<Instant> runs = scheduled();
    for (int i = 1; i < runs.size(); i++) {
      assertThat(runs.get(i)).isEqualTo(runs.getFirst().plusMillis(100L * i));
    }
  }

  private static PeriodicJob daily() {
    return PeriodicJob.every(DAY, () -> new TestArgs("a")).id("report");
  }

  private static PeriodicJob other() {
    return PeriodicJob.every(DAY, () -> new TestArgs("other")).id("other");
  }

  /** A pass has looked at all of them when this one has run, which comes last. */
  private void runOther() {
    Instant due = makeDue("other", Duration.ofSeconds(1));
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river
                        .dsl()
                        .fetchCount(
                            RIVER_JAVA_PERIODIC_JOB,
                            RIVER_JAVA_PERIODIC_JOB
                                .ID
                                .eq("other")
                                .and(RIVER_JAVA_PERIODIC_JOB.LAST_RUN_AT.eq(due)))
                    == 1);
  }

  private RiverClient started(PeriodicJob... jobs) {
    return started(builder(), jobs);
  }

  private RiverClient started(RiverClientBuilder builder, PeriodicJob... jobs) {
    for (PeriodicJob job : jobs) {
      builder.periodic(job);
    }
    return river.started(builder);
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
        .queue("default", 10);
  }

  private Instant makeDue(Duration late) {
    return makeDue("report", late);
  }

  private Instant makeDue(String id, Duration late) {
    await().atMost(RiverDatabase.PATIENCE).until(() -> find(id).isPresent());
    Instant due = now().minus(late);
    river
        .dsl()
        .update(RIVER_JAVA_PERIODIC_JOB)
        .set(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT, due)
        .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
        .execute();
    return due;
  }

  private PeriodicJobRow awaitRow() {
    await().atMost(RiverDatabase.PATIENCE).until(() -> find("report").isPresent());
    return row();
  }

  private PeriodicJobRow awaitRun(Instant due) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> row().lastRunAt().filter(due::equals).isPresent());
    return row();
  }

  private void awaitNextRun(Instant next) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> row().nextRunAt().filter(next::equals).isPresent());
  }

  private PeriodicJobRow row() {
    return find("report").orElseThrow();
  }

  private Optional<PeriodicJobRow> find(String id) {
    return river.database().call(db -> new PeriodicJobStore().get(db, id));
  }

  private List<RiverJobRecord> jobs() {
    return river.dsl().selectFrom(RIVER_JOB).orderBy(RIVER_JOB.SCHEDULED_AT).fetch();
  }

  private List<Instant> scheduled() {
    return jobs().stream().map(RiverJobRecord::getScheduledAt).toList();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
