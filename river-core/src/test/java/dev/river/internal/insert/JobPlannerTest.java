package dev.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.NewJob;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.work.Retention;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobPlannerTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final JobPlanner planner = planner(Set.of());

  private record SampleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "sample";
    }

    @Override
    public InsertOpts insertOpts() {
      return InsertOpts.builder()
          .queue("class")
          .priority(2)
          .maxAttempts(2)
          .scheduledAt(TIME)
          .tags("class")
          .build();
    }
  }

  private record NamelessArgs() implements JobArgs {
    @Override
    public String kind() {
      return "no kind";
    }
  }

  private record PlainArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "plain";
    }
  }

  @Test
  void fillsInWhatNobodySet() {
    assertThat(planner.plan(new PlainArgs(3), InsertOpts.defaults()).row())
        .isEqualTo(
            new NewJob(
                "plain",
                "{\"number\":3}",
                "default",
                1,
                7,
                Optional.empty(),
                false,
                List.of(),
                "{}",
                Optional.empty()));
  }

  @Test
  void prefersTheOptionsOfTheCall() {
    InsertOpts ofCall =
        InsertOpts.builder().queue("call").pending(true).metadata(Map.of("a", List.of(1))).build();

    NewJob job = planner.plan(new SampleArgs(), ofCall).row();

    assertThat(job.queue()).isEqualTo("call");
    assertThat(job.priority()).isEqualTo(2);
    assertThat(job.maxAttempts()).isEqualTo(2);
    assertThat(job.scheduledAt()).contains(TIME);
    assertThat(job.pending()).isTrue();
    assertThat(job.tags()).containsExactly("class");
    assertThat(job.metadata()).isEqualTo("{\"a\":[1]}");
  }

  @Test
  void refusesAnInvalidKind() {
    assertThatThrownBy(() -> planner.plan(new NamelessArgs(), InsertOpts.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got: \"no kind\"");
  }

  @Test
  void refusesAKindThatItDoesNotKnow() {
    JobPlanner knowing = planner(Set.of("sample"));

    assertThatThrownBy(() -> knowing.plan(new PlainArgs(1), InsertOpts.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "kind must have a worker in this client's workers, which know [sample], got: plain (of"
                + " %s)",
            PlainArgs.class.getName());
  }

  @Test
  void tellsWhetherAJobIsDue() {
    assertThat(job(Optional.empty(), false).isDueAt(TIME)).isTrue();
    assertThat(job(Optional.of(TIME), false).isDueAt(TIME)).isTrue();
    assertThat(job(Optional.of(TIME.plusNanos(1)), false).isDueAt(TIME)).isFalse();
    assertThat(job(Optional.empty(), true).isDueAt(TIME)).isFalse();
  }

  private static NewJob job(Optional<Instant> scheduledAt, boolean pending) {
    return new NewJob(
        "plain", "{}", "default", 1, 7, scheduledAt, pending, List.of(), "{}", Optional.empty());
  }

  private static JobPlanner planner(Set<String> knownKinds) {
    JsonCodec codec = new JsonCodec();
    return new JobPlanner(
        codec,
        InsertOpts.builder().maxAttempts(7).build(),
        knownKinds,
        new UniqueKeys(codec, InstantSource.fixed(TIME)),
        new UniquePeriods(Retention.defaults(), Map.of()),
        new InsertChain(List.of(), Map.of()));
  }
}
