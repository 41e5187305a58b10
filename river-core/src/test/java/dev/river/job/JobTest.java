package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JobTest {
  private record SampleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "sample";
    }
  }

  @Test
  void answersFromItsRow() {
    JobRow row = new JobRowBuilder().id(7).attempt(3, 9).build();

    Job<SampleArgs> job = new Job<>(row, new SampleArgs());

    assertThat(job.id()).isEqualTo(7);
    assertThat(job.state()).isEqualTo(JobState.RUNNING);
    assertThat(job.attempt()).isEqualTo(3);
    assertThat(job.maxAttempts()).isEqualTo(9);
    assertThat(job.kind()).isEqualTo("sample");
    assertThat(job.queue()).isEqualTo("default");
    assertThat(job.priority()).isEqualTo(1);
    assertThat(job.scheduledAt()).isEqualTo(row.scheduledAt());
  }

  @Test
  void hasArgsWithoutOptionsUnlessTheirClassSaysOtherwise() {
    assertThat(new SampleArgs().insertOpts()).isEqualTo(InsertOpts.defaults());
  }
}
