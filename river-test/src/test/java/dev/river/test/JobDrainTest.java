package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.RiverClientBuilder;
import dev.river.event.EventKind;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.periodic.PeriodicJob;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobDrainTest {
  private static final Instant START = Instant.parse("2030-01-02T03:04:05Z");

  private final TestClock clock = TestClock.standingAt(START);
  private final List<String> worked = new ArrayList<>();
  private TestDatabase database;
  private RiverClient client;

  private record NoteArgs(String text) implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }
  }

  @BeforeEach
  void createDatabase() {
    database = TestPostgres.shared().createDatabase();
    client = builder().build();
  }

  @AfterEach
  void dropDatabase() {
    client.close();
    database.close();
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(database.dataSource())
        .clock(clock)
        .workers(new Workers().add(NoteArgs.class, this::work))
        .queue("default", 1);
  }

  private void rebuild(RiverClientBuilder builder) {
    client.close();
    client = builder.build();
  }

  private WorkResult work(Job<NoteArgs> job, JobContext context) {
    worked.add(job.args().text() + " " + Duration.between(START, clock.instant()).toMinutes());
    switch (job.args().text()) {
      case "follow" -> context.client().insert(new NoteArgs("followed"));
      case "fail" -> throw new IllegalStateException("it fails");
      case "snooze" -> {
        return WorkResult.snooze(Duration.ofMinutes(10));
      }
      case "again" -> context.client().insert(new NoteArgs("again"));
      default -> {
        return WorkResult.completed();
      }
    }
    return WorkResult.completed();
  }

  private void insert(String text, Duration later) {
    client.insert(
        new NoteArgs(text), InsertOpts.builder().scheduledAt(clock.instant().plus(later)).build());
  }

  @Test
  void worksAllThatIsDueAndWhatComesOfIt() {
    client.insert(new NoteArgs("follow"));
    client.insert(new NoteArgs("b"));
    insert("later", Duration.ofMinutes(1));

    Drained drained = JobDrain.of(client).run();

    assertThat(worked).containsExactly("follow 0", "b 0", "followed 0");
    assertThat(drained.isComplete()).isTrue();
    assertThat(drained.count(EventKind.JOB_COMPLETED)).isEqualTo(3);
  }

  @Test
  void aClockMakesScheduledRetryableAndPeriodicJobsDue() {
    rebuild(
        builder()
            .retryPolicy(job -> Duration.ofHours(2))
            .periodic(PeriodicJob.every(Duration.ofHours(3), () -> new NoteArgs("periodic")))
            .periodic(
                PeriodicJob.every(Duration.ofHours(4), () -> new NoteArgs("stored")).id("stored")));
    JobDrain drain = JobDrain.of(client);
    client.insert(new NoteArgs("fail"));
    insert("later", Duration.ofHours(1));
    assertThat(drain.run().failures())
        .singleElement()
        .isInstanceOf(IllegalStateException.class)
        .extracting(Throwable::getMessage)
        .isEqualTo("it fails");

    clock.advance(Duration.ofDays(1));
    drain.run();

    assertThat(worked)
        .containsExactlyInAnyOrder(
            "fail 0", "later 1440", "fail 1440", "periodic 1440", "stored 1440");
  }

  @Test
  void worksEachJobWhenItIsDueWhileTimePasses() {
    rebuild(
        builder()
            .periodic(
                PeriodicJob.every(Duration.ofMinutes(15), () -> new NoteArgs("tick")).id("tick")));
    JobDrain drain = JobDrain.of(client);
    insert("later", Duration.ofMinutes(20));

    Drained drained = drain.runFor(clock, Duration.ofMinutes(50));

    assertThat(worked).containsExactly("tick 15", "later 20", "tick 30", "tick 45");
    assertThat(drained.jobs()).hasSize(4);
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofMinutes(50)));
  }

  @Test
  void stopsAtItsBound() {
    client.insert(new NoteArgs("again"));

    Drained drained = JobDrain.of(client).atMost(5).run();

    assertThat(drained.jobs()).hasSize(5);
    assertThat(drained.isComplete()).isFalse();
    assertThatThrownBy(() -> JobDrain.of(client).atMost(5).runFor(clock, Duration.ofMinutes(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "the bound of 5 jobs was reached at 2030-01-02T03:04:05Z, before 2030-01-02T03:05:05Z");
  }

  @Test
  void worksUntilAConditionHolds() {
    client.insert(new NoteArgs("a"));
    client.insert(new NoteArgs("b"));
    client.insert(new NoteArgs("c"));

    Drained drained = JobDrain.of(client).runUntil(() -> worked.contains("b 0"));

    assertThat(worked).containsExactly("a 0", "b 0");
    assertThat(drained.isComplete()).isFalse();
  }

  @Test
  void saysWhyAConditionDidNotHold() {
    assertThatThrownBy(() -> JobDrain.of(client).runUntil(() -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "the condition did not hold after 0 jobs: no job is due in [default], and none waits for"
                + " a time");
    client.insert(new NoteArgs("snooze"));
    assertThatThrownBy(() -> JobDrain.of(client).runUntil(() -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "the condition did not hold after 1 jobs: no job is due in [default], and none will be"
                + " before 2030-01-02T03:14:05Z");
    client.insert(new NoteArgs("again"));
    assertThatThrownBy(() -> JobDrain.of(client).atMost(3).runUntil(() -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the condition did not hold after 3 jobs: the bound is 3");
  }

  @Test
  void endsWithTheFirstFailureWhereNoneIsExpected() {
    client.insert(new NoteArgs("fail"));
    client.insert(new NoteArgs("b"));

    assertThatThrownBy(() -> JobDrain.of(client).untilFailure().run())
        .isInstanceOf(AssertionError.class)
        .hasMessage("job 1 of kind \"note\" failed: java.lang.IllegalStateException: it fails")
        .cause()
        .isInstanceOf(IllegalStateException.class);
    assertThat(worked).containsExactly("fail 0");
  }

  @Test
  void worksOtherQueuesWhenTheyAreNamed() {
    client.insert(new NoteArgs("mail"), InsertOpts.builder().queue("mail").build());

    assertThat(JobDrain.of(client).run().jobs()).isEmpty();
    assertThat(JobDrain.of(client).queues("mail").run().jobs()).hasSize(1);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> JobDrain.of(client).atMost(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the bound must be at least 1, got: 0");
    assertThatThrownBy(() -> JobDrain.of(client).queues())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a drain needs at least one queue, got none");
    rebuild(RiverClient.builder(database.dataSource()));
    assertThatThrownBy(() -> JobDrain.of(client).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the client works no queues: name what is to be drained with queues(...)");
  }
}
