package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InsertOptsTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456Z");

  @Test
  void setsNothingByDefault() {
    InsertOpts opts = InsertOpts.defaults();

    assertThat(opts.queue()).isEmpty();
    assertThat(opts.priority()).isEmpty();
    assertThat(opts.maxAttempts()).isEmpty();
    assertThat(opts.scheduledAt()).isEmpty();
    assertThat(opts.pending()).isEmpty();
    assertThat(opts.tags()).isEmpty();
    assertThat(opts.metadata()).isEmpty();
  }

  @Test
  void holdsWhatWasSet() {
    InsertOpts opts = everything();

    assertThat(opts.queue()).contains("mail");
    assertThat(opts.priority()).hasValue(2);
    assertThat(opts.maxAttempts()).hasValue(3);
    assertThat(opts.scheduledAt()).contains(TIME);
    assertThat(opts.pending()).contains(true);
    assertThat(opts.tags()).contains(List.of("abc", "def"));
    assertThat(opts.metadata()).contains(Map.of("customer", 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void acceptsPriorities(int priority) {
    assertThat(InsertOpts.builder().priority(priority).build().priority()).hasValue(priority);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32_767})
  void acceptsMaxAttempts(int attempts) {
    assertThat(InsertOpts.builder().maxAttempts(attempts).build().maxAttempts()).hasValue(attempts);
  }

  @ParameterizedTest
  @MethodSource
  void refuses(ThrowingCallable setting, String message) {
    assertThatThrownBy(setting)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        refusal(opts -> opts.priority(0), "priority must be 1 to 4, got: 0"),
        refusal(opts -> opts.priority(5), "priority must be 1 to 4, got: 5"),
        refusal(opts -> opts.maxAttempts(0), "maxAttempts must be 1 to 32767, got: 0"),
        refusal(opts -> opts.maxAttempts(32_768), "maxAttempts must be 1 to 32767, got: 32768"),
        refusal(opts -> opts.queue("No"), "queue must have 1 to 64 characters"),
        refusal(opts -> opts.tags("good", "b"), "tag must have 3 to 255 characters"),
        refusal(opts -> opts.tags(List.of("b,d")), "got: \"b,d\""),
        refusal(
            opts -> opts.metadata(Map.of("river:x", 1)),
            "metadata names must not start with river:, got: river:x"),
        refusal(
            opts -> opts.scheduledAt(Instant.parse("0000-12-31T23:59:59.999999999Z")),
            "scheduledAt must lie in the years 1 to 9999, got: 0000-12-31T23:59:59.999999999Z"),
        refusal(
            opts -> opts.scheduledAt(Instant.parse("+10000-01-01T00:00:00Z")),
            "scheduledAt must lie in the years 1 to 9999, got: +10000-01-01T00:00:00Z"),
        refusal(opts -> opts.scheduledAt(Instant.MIN), "years 1 to 9999"),
        refusal(opts -> opts.scheduledAt(Instant.MAX), "years 1 to 9999"));
  }

  private static Arguments refusal(
      Function<InsertOpts.Builder, InsertOpts.Builder> setting, String message) {
    ThrowingCallable call = () -> setting.apply(InsertOpts.builder());
    return arguments(call, message);
  }

  @ParameterizedTest
  @MethodSource
  void dropsWhatIsSmallerThanAMicrosecond(Instant given, Instant kept) {
    assertThat(InsertOpts.builder().scheduledAt(given).build().scheduledAt()).contains(kept);
  }

  static Stream<Arguments> dropsWhatIsSmallerThanAMicrosecond() {
    return Stream.of(
        arguments(TIME, TIME),
        arguments(TIME.plusNanos(999), TIME),
        arguments(
            Instant.parse("0001-01-01T00:00:00.000000999Z"), Instant.parse("0001-01-01T00:00:00Z")),
        arguments(
            Instant.parse("9999-12-31T23:59:59.999999999Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z")));
  }

  @ParameterizedTest
  @MethodSource("singleFields")
  void takesOnlyUnsetFieldsFromOthers(InsertOpts single) {
    InsertOpts others =
        InsertOpts.builder()
            .queue("other")
            .priority(4)
            .maxAttempts(9)
            .scheduledAt(TIME.plusSeconds(1))
            .pending(false)
            .tags("other")
            .metadata(Map.of("other", 1))
            .build();

    InsertOpts merged = single.or(others);

    assertThat(merged.queue()).isEqualTo(single.queue().or(others::queue));
    assertThat(merged.priority())
        .isEqualTo(single.priority().isPresent() ? single.priority() : others.priority());
    assertThat(merged.maxAttempts())
        .isEqualTo(single.maxAttempts().isPresent() ? single.maxAttempts() : others.maxAttempts());
    assertThat(merged.scheduledAt()).isEqualTo(single.scheduledAt().or(others::scheduledAt));
    assertThat(merged.pending()).isEqualTo(single.pending().or(others::pending));
    assertThat(merged.tags()).isEqualTo(single.tags().or(others::tags));
    assertThat(merged.metadata()).isEqualTo(single.metadata().or(others::metadata));
  }

  @ParameterizedTest
  @MethodSource("singleFields")
  void areCompletedByNothingAndCompleteNothing(InsertOpts single) {
    assertThat(single.or(InsertOpts.defaults())).isEqualTo(single);
    assertThat(InsertOpts.defaults().or(single)).isEqualTo(single);
  }

  @ParameterizedTest
  @MethodSource("singleFields")
  void differByEachField(InsertOpts single) {
    assertThat(single).isNotEqualTo(InsertOpts.defaults()).isNotEqualTo(everything());
    assertThat(singleFields().filter(single::equals)).hasSize(1);
  }

  static Stream<InsertOpts> singleFields() {
    return Stream.of(
        InsertOpts.builder().queue("mail").build(),
        InsertOpts.builder().priority(2).build(),
        InsertOpts.builder().maxAttempts(2).build(),
        InsertOpts.builder().scheduledAt(TIME).build(),
        InsertOpts.builder().pending(true).build(),
        InsertOpts.builder().tags("abc", "def").build(),
        InsertOpts.builder().metadata(Map.of("customer", 7)).build());
  }

  @Test
  void areEqualIfEveryFieldIs() {
    assertThat(everything()).isEqualTo(everything()).hasSameHashCodeAs(everything());
    assertThat(everything()).isNotEqualTo("queue");
  }

  @Test
  void showTheFieldsThatAreSet() {
    assertThat(InsertOpts.defaults()).hasToString("InsertOpts{}");
    assertThat(everything())
        .hasToString(
            "InsertOpts{queue=mail, priority=2, maxAttempts=3, scheduledAt=%s, pending=true,"
                    .formatted(TIME)
                + " tags=[abc, def], metadata=[customer]}");
  }

  @Test
  void doNotFollowTheBuilder() {
    InsertOpts.Builder builder = InsertOpts.builder().queue("first");
    InsertOpts first = builder.build();

    InsertOpts second = builder.queue("second").build();

    assertThat(first.queue()).contains("first");
    assertThat(second.queue()).contains("second");
  }

  @Test
  void doNotFollowTheCollectionsTheyWereMadeOf() {
    List<String> tags = new ArrayList<>(List.of("abc"));
    Map<String, Object> metadata = new HashMap<>(Map.of("customer", 7));
    InsertOpts opts = InsertOpts.builder().tags(tags).metadata(metadata).build();

    tags.clear();
    metadata.clear();

    assertThat(opts.tags()).contains(List.of("abc"));
    assertThat(opts.metadata()).contains(Map.of("customer", 7));
  }

  @Test
  void giveOutCollectionsThatNobodyCanChange() {
    List<String> tags = everything().tags().orElseThrow();
    Map<String, Object> metadata = everything().metadata().orElseThrow();

    assertThatThrownBy(() -> tags.add("more")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> metadata.put("more", 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void keepTheOrderOfTags() {
    assertThat(InsertOpts.builder().tags("zzz", "aaa", "zzz").build().tags())
        .contains(List.of("zzz", "aaa", "zzz"));
  }

  private static InsertOpts everything() {
    return InsertOpts.builder()
        .queue("mail")
        .priority(2)
        .maxAttempts(3)
        .scheduledAt(TIME)
        .pending(true)
        .tags("abc", "def")
        .metadata(Map.of("customer", 7))
        .build();
  }
}
