package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.work.QueueConfig;
import dev.river.work.Retention;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Unique periods that are longer than the jobs are kept. */
class UniquePeriodTest {
  private static final Duration WEEK = Duration.ofDays(7);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  record ReportArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "report";
    }
  }

  record MailArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  @Test
  void areWarnedOfOnceForEachKind() {
    log.expectWarnings();
    RiverClient client = river.client(working());

    client.insert(new ReportArgs(1), unique(WEEK));
    client.insert(new ReportArgs(2), unique(WEEK));
    client.insertMany(List.of(Insert.of(new ReportArgs(3), unique(WEEK))));

    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains(
            "kind report", "for a period of PT168H", "completed ones are deleted after PT24H");
    client.insertManyFast(Stream.of(Insert.of(new MailArgs(1), unique(WEEK))));
    assertThat(log.warnings()).hasSize(2);
  }

  @Test
  void areWarnedOfForFailedJobsToo() {
    log.expectWarnings();
    RiverClient client =
        river.client(working().retention(Retention.builder().completed(WEEK).build()));

    client.insert(new ReportArgs(1), uniqueIn(EnumSet.allOf(JobState.class)));

    assertThat(log.warnings()).singleElement().asString().contains("cancelled ones");
  }

  @Test
  void areComparedWithTheRetentionOfTheQueue() {
    log.expectWarnings();
    Retention brief = Retention.builder().completed(Duration.ofHours(1)).build();
    RiverClient client =
        river.client(
            working()
                .retention(Retention.builder().keepCompletedForEver().build())
                .queue("short", QueueConfig.builder().retention(brief).build()));

    client.insert(new ReportArgs(1), unique(WEEK));
    assertThat(log.warnings()).isEmpty();
    client.insert(
        new ReportArgs(2),
        InsertOpts.builder()
            .queue("short")
            .unique(UniqueOpts.builder().byArgs().byPeriod(WEEK).build())
            .build());

    assertThat(log.warnings()).singleElement().asString().contains("deleted after PT1H");
  }

  @Test
  void areNotWarnedOfIfNothingIsDeletedTooSoon() {
    RiverClient client = river.client(working());

    client.insert(new ReportArgs(1), unique(Duration.ofDays(1)));
    client.insert(new ReportArgs(2), uniqueIn(UniqueOpts.REQUIRED_STATES));
    client.insert(
        new ReportArgs(3),
        InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build());
  }

  @Test
  void areNotWarnedOfWhereOthersDecide() {
    RiverClient insertOnly = river.client(RiverClient.builder(river.dataSource()));
    insertOnly.insert(new ReportArgs(1), unique(WEEK));

    InsertOpts elsewhere = InsertOpts.builder().queue("elsewhere").build().or(unique(WEEK));
    river.client(working()).insert(new ReportArgs(2), elsewhere);
  }

  @Test
  void areWarnedOfByAnInsertOnlyClientThatSaysHowLongJobsAreKept() {
    log.expectWarnings();
    RiverClient insertOnly =
        river.client(
            RiverClient.builder(river.dataSource())
                .retention(Retention.builder().completed(Duration.ofDays(3)).build()));

    insertOnly.insert(new ReportArgs(1), unique(WEEK));

    assertThat(log.warnings()).singleElement().asString().contains("deleted after PT72H");
  }

  private RiverClientBuilder working() {
    return RiverClient.builder(river.dataSource())
        .workers(
            new Workers()
                .add(ReportArgs.class, (job, context) -> WorkResult.completed())
                .add(MailArgs.class, (job, context) -> WorkResult.completed()))
        .queue("default", 1);
  }

  private static InsertOpts unique(Duration period) {
    return InsertOpts.builder()
        .unique(UniqueOpts.builder().byArgs().byPeriod(period).build())
        .build();
  }

  private static InsertOpts uniqueIn(Set<JobState> states) {
    return InsertOpts.builder()
        .unique(UniqueOpts.builder().byArgs().byPeriod(WEEK).byState(states).build())
        .build();
  }
}
