package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.river.job.AttemptError;
import dev.river.job.JobArgs;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456789Z");

  private final JsonCodec codec = new JsonCodec();

  private enum Color {
    RED,
    GREEN
  }

  private record Point(int x, Optional<Point> next) {}

  private record RichArgs(
      String text,
      Instant instant,
      Duration duration,
      LocalDate date,
      Optional<String> present,
      Optional<String> absent,
      OptionalInt number,
      Point point,
      List<Point> points,
      Map<String, List<Color>> colors,
      BigInteger big,
      BigDecimal decimal,
      double fraction,
      long large,
      boolean flag)
      implements JobArgs {
    @Override
    public String kind() {
      return "rich";
    }
  }

  private record TextArgs(@Nullable String text, int number) implements JobArgs {
    @Override
    public String kind() {
      return "text";
    }
  }

  record StrictArgs(String text) implements JobArgs {
    StrictArgs {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String kind() {
      return "strict";
    }
  }

  private static final class ListArgs extends AbstractList<String> implements JobArgs {
    @Override
    public String get(int index) {
      return "a";
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public String kind() {
      return "list";
    }
  }

  record FailingArgs(String text) implements JobArgs {
    @Override
    public String text() {
      throw new IllegalStateException("no text today");
    }

    @Override
    public String kind() {
      return "failing";
    }
  }

  @Test
  void readsBackWhatItWrote() throws Exception {
    RichArgs args =
        new RichArgs(
            "quote \" backslash \\ newline \n umlaut ä emoji \ud83d\ude00",
            TIME,
            Duration.ofSeconds(90, 1),
            LocalDate.of(2026, 2, 28),
            Optional.of("here"),
            Optional.empty(),
            OptionalInt.of(7),
            new Point(1, Optional.of(new Point(2, Optional.empty()))),
            List.of(new Point(3, Optional.empty())),
            Map.of("warm", List.of(Color.RED, Color.GREEN)),
            BigInteger.TWO.pow(200),
            new BigDecimal("0.10"),
            0.1,
            Long.MIN_VALUE,
            true);

    assertThat(codec.decodeArgs(codec.encodeArgs(args), RichArgs.class)).isEqualTo(args);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 0.1, 1e300, Double.MIN_VALUE, Double.MAX_VALUE})
  void readsBackDoublesExactly(double number) throws Exception {
    record DoubleArgs(double number) implements JobArgs {
      @Override
      public String kind() {
        return "double";
      }
    }
    String json = codec.encodeArgs(new DoubleArgs(number));

    assertThat(codec.decodeArgs(json, DoubleArgs.class)).isEqualTo(new DoubleArgs(number));
  }

  @Test
  void readsBackArgsWithoutComponents() throws Exception {
    record NoArgs() implements JobArgs {
      @Override
      public String kind() {
        return "none";
      }
    }

    assertThat(codec.encodeArgs(new NoArgs())).isEqualTo("{}");
    assertThat(codec.decodeArgs("{}", NoArgs.class)).isEqualTo(new NoArgs());
  }

  @Test
  void writesTimesAsOtherClientsReadThem() {
    record TimeArgs(Instant instant, Duration duration) implements JobArgs {
      @Override
      public String kind() {
        return "time";
      }
    }

    assertThat(codec.encodeArgs(new TimeArgs(TIME, Duration.ofMinutes(15))))
        .isEqualTo("{\"instant\":\"2026-01-02T03:04:05.123456789Z\",\"duration\":\"PT15M\"}");
  }

  @Test
  void ignoresPropertiesThatTheClassDoesNotHave() throws Exception {
    String json = "{\"text\": \"a\", \"removed\": {\"deep\": [1]}, \"number\": 2}";

    assertThat(codec.decodeArgs(json, TextArgs.class)).isEqualTo(new TextArgs("a", 2));
  }

  @Test
  void fillsPropertiesThatAreMissingWithNullAndZero() throws Exception {
    assertThat(codec.decodeArgs("{}", TextArgs.class)).isEqualTo(new TextArgs(null, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "7",
        "true",
        "\"text\"",
        "{\"number\": \"many\"}",
        "{\"number\": [1]}",
        "{\"text\": {}}"
      })
  void saysWhichClassJsonDoesNotFit(String json) {
    assertThatThrownBy(() -> codec.decodeArgs(json, TextArgs.class))
        .isInstanceOf(UndecodableArgsException.class)
        .hasMessageStartingWith("args can't be read as %s: ", TextArgs.class.getName());
  }

  @Test
  void saysWhatARecordRefused() {
    assertThatThrownBy(() -> codec.decodeArgs("{}", StrictArgs.class))
        .isInstanceOf(UndecodableArgsException.class)
        .hasMessageContaining(StrictArgs.class.getName())
        .hasMessageContaining("text")
        .hasRootCauseInstanceOf(NullPointerException.class);
  }

  @Test
  void refusesArgsThatAreNoObject() {
    assertThatThrownBy(() -> codec.encodeArgs(new ListArgs()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("args of %s must be a JSON object, got: a list", ListArgs.class.getName());
  }

  @Test
  void takesArgsThatSomeoneElseHasWrittenAsTheyAre() {
    assertThat(codec.checkArgs(" {\"a\": [1.50]} ")).isEqualTo(" {\"a\": [1.50]} ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[1]", "null", "\"{}\"", "{", "{} {}", "{a: 1}", "{\"a\":\"\\u0000\"}"})
  void refusesArgsOfSomeoneElseThatCantBeStored(String json) {
    assertThatThrownBy(() -> codec.checkArgs(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("encodedArgs must ")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\\u0000", "a: 1"));
  }

  @Test
  void refusesArgsThatCannotBeWritten() {
    assertThatThrownBy(() -> codec.encodeArgs(new FailingArgs("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("args of %s can't be written", FailingArgs.class.getName())
        .hasMessageContaining("no text today")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesMetadataThatContainsItself() {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("self", metadata);

    assertThatThrownBy(() -> codec.encodeMetadata(metadata))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("metadata can't be written as JSON: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "a\0b", "\\\0", "\\\\\0"})
  void refusesTheNulCharacter(String text) {
    assertThatThrownBy(() -> codec.encodeArgs(new TextArgs(text, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "args of %s must not contain the character U+0000, which PostgreSQL can't store, got: ",
            TextArgs.class.getName());
    assertThatThrownBy(() -> codec.encodeMetadata(Map.of(text, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("metadata must not contain the character U+0000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\\\u0000", "\\\\\\u0000", "u0000", "\1"})
  void acceptsTextThatOnlyLooksLikeTheNulCharacter(String text) throws Exception {
    TextArgs args = new TextArgs(text, 0);

    assertThat(codec.decodeArgs(codec.encodeArgs(args), TextArgs.class)).isEqualTo(args);
  }

  // Not a @ValueSource: its strings become names of tests, and those must be valid Unicode.
  @Test
  void refusesHalfASurrogatePair() {
    for (String text : loneSurrogates()) {
      assertThatThrownBy(() -> codec.encodeArgs(new TextArgs(text, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "args of %s must not contain half a surrogate pair, got: \\ud",
              TextArgs.class.getName())
          .hasMessageEndingWith(" of the JSON");
      assertThatThrownBy(() -> codec.encodeMetadata(Map.of("name", text)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("metadata must not contain half a surrogate pair");
    }
  }

  private static List<String> loneSurrogates() {
    return List.of("\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00");
  }

  @Test
  void tellsWhereHalfASurrogatePairStands() {
    assertThatThrownBy(() -> codec.encodeMetadata(Map.of("a", "b\ud83d")))
        .hasMessageEndingWith("got: \\ud83d at position 7 of the JSON");
  }

  @Test
  void writesErrorsAsOtherClientsReadThem() {
    assertThat(codec.encodeError(new AttemptError(TIME, 3, "it \"failed\"", "at line 1\n")))
        .isEqualTo(
            "{\"at\":\"2026-01-02T03:04:05.123456789Z\",\"attempt\":3,"
                + "\"error\":\"it \\\"failed\\\"\",\"trace\":\"at line 1\\n\"}");
  }

  @Test
  void replacesWhatCannotBeStoredInErrors() {
    for (String unstorable : loneSurrogates()) {
      AttemptError error = new AttemptError(TIME, 1, "a\0" + unstorable, unstorable + "\0z");

      AttemptError stored = codec.decodeError(codec.encodeError(error));

      assertThat(stored.error()).startsWith("a\ufffd").doesNotContain("\0").hasSizeGreaterThan(2);
      assertThat(stored.trace()).endsWith("\ufffdz").doesNotContain("\0");
      assertThat(stored.error().chars().filter(c -> c == 0xfffd).count()).isGreaterThan(1);
    }
  }

  @Test
  void readsBackErrors() {
    AttemptError error = new AttemptError(TIME, 3, "failed", "at line 1\n");

    assertThat(codec.decodeError(codec.encodeError(error))).isEqualTo(error);
  }

  @ParameterizedTest
  @MethodSource
  void readsErrorsAsWellAsItCan(@Nullable String json, AttemptError expected) {
    assertThat(codec.decodeError(json)).isEqualTo(expected);
  }

  static Stream<Arguments> readsErrorsAsWellAsItCan() {
    String deep = "[".repeat(2_000) + "]".repeat(2_000);
    return Stream.of(
        arguments(null, unreadable("null")),
        arguments("null", unreadable("null")),
        arguments("7", unreadable("7")),
        arguments("\"text\"", unreadable("\"text\"")),
        arguments("[1,2]", unreadable("[1,2]")),
        arguments("{}", unreadable("")),
        arguments("no JSON", unreadable("no JSON")),
        arguments(deep, unreadable(deep)),
        arguments(
            "{\"at\": \"yesterday\", \"attempt\": \"2\", \"error\": null, \"trace\": [1]}",
            new AttemptError(Instant.EPOCH, 2, "", "")),
        arguments(
            "{\"at\": 17, \"attempt\": 1e300, \"error\": 5, \"trace\": true}",
            new AttemptError(Instant.EPOCH, Integer.MAX_VALUE, "5", "true")),
        arguments("{\"attempt\": {}, \"error\": \"only this\"}", unreadable("only this")),
        arguments(
            "{\"at\": \"2024-05-06T07:08:09.1234567+02:00\", \"attempt\": 1, \"error\": \"go\"}",
            new AttemptError(Instant.parse("2024-05-06T05:08:09.1234567Z"), 1, "go", "")),
        arguments(
            "{\"at\": \"2024-05-06T07:08:09Z\", \"attempt\": 1, \"error\": \"go\", \"more\": 1}",
            new AttemptError(Instant.parse("2024-05-06T07:08:09Z"), 1, "go", "")));
  }

  private static AttemptError unreadable(String text) {
    return new AttemptError(Instant.EPOCH, 0, text, "");
  }

  @ParameterizedTest
  @MethodSource
  void tellsWhetherAnObjectHasEntries(String json, Map<String, ?> entries, boolean expected) {
    assertThat(codec.hasEntries(json, entries)).isEqualTo(expected);
  }

  static Stream<Arguments> tellsWhetherAnObjectHasEntries() {
    return Stream.of(
        arguments("{}", Map.of(), true),
        arguments("{\"a\": 1, \"b\": 2}", Map.of("a", 1), true),
        arguments("{\"a\": 1}", Map.of("a", 1L), true),
        arguments("{\"a\": 100}", Map.of("a", 1e2), true),
        arguments("{\"a\": 1.50}", Map.of("a", new BigDecimal("1.5")), true),
        arguments(
            "{\"a\": {\"b\": [1.0, \"c\"]}}", Map.of("a", Map.of("b", List.of(1, "c"))), true),
        arguments("{\"a\": 1}", Map.of("a", 2), false),
        arguments("{\"a\": 1}", Map.of("a", "1"), false),
        arguments("{\"a\": 1}", Map.of("a", 1, "b", 2), false),
        arguments("{\"a\": {\"b\": 1, \"c\": 2}}", Map.of("a", Map.of("b", 1)), false),
        arguments("{\"a\": [1, 2]}", Map.of("a", List.of(2, 1)), false),
        arguments("no JSON", Map.of("a", 1), false));
  }

  @Test
  void readsArgsThatAreLong() throws Exception {
    char[] text = new char[1_000_000];
    Arrays.fill(text, 'ä');
    TextArgs args = new TextArgs(new String(text), 1);

    assertThat(codec.decodeArgs(codec.encodeArgs(args), TextArgs.class)).isEqualTo(args);
  }

  @Test
  void readsTextsThatAreLongerThanJacksonReads() throws Exception {
    String text = "x".repeat(20_000_001);
    String output = codec.encodeOutput(text);
    String metadata = codec.encodeObject(Map.of("output", output, "snoozes", "2"));

    assertThat(codec.decodeValue(output, String.class)).isEqualTo(text);
    assertThat(JobMetadata.part(metadata, "output")).contains(output);
    assertThat(JobMetadata.snoozes(metadata)).isEqualTo(2);
    assertThat(codec.decodeArgs(codec.encodeArgs(new TextArgs(text, 1)), TextArgs.class).text())
        .isEqualTo(text);
  }

  @Test
  void takesAnOutputOf32MegabytesAndNoMore() {
    int most = 32 * 1024 * 1024;

    assertThat(codec.encodeOutput("x".repeat(most - 2))).hasSize(most);
    assertThatThrownBy(() -> codec.encodeOutput("x".repeat(most - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output must have at most %s bytes of JSON, got: %s", most, most + 1);
  }
}
