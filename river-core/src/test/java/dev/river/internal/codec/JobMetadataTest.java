package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobMetadataTest {
  @ParameterizedTest
  @MethodSource
  void countsSnoozes(String value, long expected) {
    assertThat(JobMetadata.snoozes("{\"snoozes\": %s}".formatted(value))).isEqualTo(expected);
  }

  static Stream<Arguments> countsSnoozes() {
    return Stream.of(
        arguments("0", 0),
        arguments("4", 4),
        arguments("\"4\"", 4),
        arguments("true", 1),
        arguments("false", 0),
        arguments("2.9", 2),
        arguments("null", 0),
        arguments("\"\"", 0),
        arguments("\"many\"", 0),
        arguments("[3]", 0),
        arguments("{\"count\": 3}", 0),
        arguments("2147483647", Integer.MAX_VALUE),
        arguments("2147483648", 2_147_483_648L),
        arguments("9223372036854775807", Long.MAX_VALUE),
        arguments("\"9223372036854775808\"", Long.MAX_VALUE),
        arguments("\"4.5\"", 0),
        arguments("\"+4\"", 0),
        arguments("\" 4\"", 0),
        arguments("1" + "0".repeat(100), Long.MAX_VALUE),
        arguments("1e400", Long.MAX_VALUE),
        arguments("1" + "0".repeat(2_000), Long.MAX_VALUE));
  }

  @Test
  void readsOnlyThePartThatIsAskedFor() {
    String metadata =
        "{\"long\": \"%s\", \"deep\": %s, \"snoozes\": 3, \"exact\": 0.10}"
            .formatted("x".repeat(20_000_001), "[".repeat(900) + "]".repeat(900));

    assertThat(JobMetadata.snoozes(metadata)).isEqualTo(3);
    assertThat(JobMetadata.part(metadata, "exact")).contains("0.10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "null", "no JSON"})
  void countsNoSnoozesInMetadataWithoutThem(String metadata) {
    assertThat(JobMetadata.snoozes(metadata)).isZero();
  }

  @Test
  void findsPartsThatAreThere() {
    String metadata = "{\"a\": {\"b\": [1, 2]}, \"n\": null}";

    assertThat(JobMetadata.part(metadata, "a", "b")).contains("[1,2]");
    assertThat(JobMetadata.part(metadata, "a", "c")).isEmpty();
    assertThat(JobMetadata.part(metadata, "n")).isEmpty();
    assertThat(JobMetadata.parts("{\"x\": 1, \"y\": \"z\"}"))
        .isEqualTo(Map.of("x", "1", "y", "\"z\""));
    assertThat(JobMetadata.parts("[1]")).isEmpty();
  }

  @Test
  void appendsToTheLogAndDropsTheOldestWhereItWouldBeTooLong() {
    String metadata = "{\"river:log\": [{\"attempt\": 1, \"log\": \"one\"}]}";

    assertThat(JobMetadata.appendLog(metadata, 2, "two \0", 100))
        .isEqualTo("[{\"attempt\":1,\"log\":\"one\"},{\"attempt\":2,\"log\":\"two \uFFFD\"}]");
    assertThat(JobMetadata.appendLog(metadata, 2, "two", 5))
        .isEqualTo("[{\"attempt\":2,\"log\":\"two\"}]");
    assertThat(JobMetadata.appendLog("{\"river:log\": 7}", 1, "longer than allowed", 5))
        .isEqualTo("[{\"attempt\":1,\"log\":\"longer than allowed\"}]");
  }

  @Test
  void readsTheMarkOfACancellationHoweverItIsWritten() {
    assertThat(JobMetadata.cancelMark("{\"cancel_attempted_at\": \"2026-01-02T03:04:05Z\"}"))
        .contains("2026-01-02T03:04:05Z");
    assertThat(JobMetadata.cancelMark("{\"cancel_attempted_at\": 5}")).contains("5");
    assertThat(JobMetadata.cancelMark("{}")).isEmpty();
    assertThat(JobMetadata.cancelMark("no JSON")).isEmpty();
  }
}
