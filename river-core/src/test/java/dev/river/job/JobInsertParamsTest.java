package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobInsertParamsTest {
  private final JobInsertParams plain =
      JobInsertParams.of("test", "{\"a\":1}", InsertOpts.defaults());

  @Test
  void hasTheDefaultsOfRiver() {
    assertThat(plain.kind()).isEqualTo("test");
    assertThat(plain.encodedArgs()).isEqualTo("{\"a\":1}");
    assertThat(plain.queue()).isEqualTo("default");
    assertThat(plain.priority()).isEqualTo(1);
    assertThat(plain.maxAttempts()).isEqualTo(25);
    assertThat(plain.scheduledAt()).isEmpty();
    assertThat(plain.pending()).isFalse();
    assertThat(plain.tags()).isEmpty();
    assertThat(plain.metadata()).isEmpty();
  }

  @Test
  void keepsWhatABuilderDoesNotChange() {
    InsertOpts opts =
        InsertOpts.builder()
            .queue("mail")
            .priority(2)
            .maxAttempts(3)
            .scheduledAt(Instant.EPOCH)
            .pending(true)
            .tags("one-tag")
            .metadata(Map.of("a", 1))
            .build();
    JobInsertParams job = JobInsertParams.of("test", "{}", opts);

    assertThat(job.toBuilder().build()).isEqualTo(job).hasSameHashCodeAs(job);
    assertThat(job.toBuilder().encodedArgs("{\"b\":2}").build())
        .isEqualTo(JobInsertParams.of("test", "{\"b\":2}", opts))
        .isNotEqualTo(job);
    assertThat(job)
        .hasToString(
            "JobInsertParams{kind=test, queue=mail, priority=2, maxAttempts=3,"
                + " scheduledAt=1970-01-01T00:00:00Z, pending=true, tags=[one-tag],"
                + " metadata=[a]}");
  }

  @Test
  void isEqualToAJobThatNamesTheDefaults() {
    assertThat(plain.toBuilder().queue("default").priority(1).maxAttempts(25).build())
        .isEqualTo(plain);
  }

  @Test
  void addsToMetadataOrReplacesIt() {
    JobInsertParams some = plain.toBuilder().metadata(Map.of("a", 1)).metadata("b", 2).build();

    assertThat(some.metadata()).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(some.toBuilder().metadata("a", 3).build().metadata())
        .isEqualTo(Map.of("a", 3, "b", 2));
    assertThat(some.toBuilder().metadata(Map.of("c", 4)).build().metadata())
        .isEqualTo(Map.of("c", 4));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Consumer<JobInsertParams.Builder> setting, String rule) {
    assertThatThrownBy(() -> setting.accept(plain.toBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule);
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        refusal(job -> job.queue("No"), "got: \"No\""),
        refusal(job -> job.priority(5), "priority must be 1 to 4, got: 5"),
        refusal(job -> job.maxAttempts(0), "maxAttempts must be 1 to 32767, got: 0"),
        refusal(job -> job.scheduledAt(Instant.MAX), "scheduledAt must lie in the years"),
        refusal(job -> job.tags(List.of("a,b")), "got: \"a,b\""),
        refusal(job -> job.metadata("river:log", 1), "start with river:, got: river:log"),
        refusal(job -> job.metadata(Map.of("river:log", 1)), "got: river:log"));
  }

  private static Arguments refusal(Consumer<JobInsertParams.Builder> setting, String rule) {
    return arguments(setting, rule);
  }

  @Test
  void refusesAnInvalidKind() {
    assertThatThrownBy(() -> JobInsertParams.of("no kind", "{}", InsertOpts.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got: \"no kind\"");
  }
}
