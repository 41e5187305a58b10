package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @MethodSource
  void acceptsKinds(String kind) {
    assertThat(Names.checkKind(kind)).isSameAs(kind);
  }

  static Stream<String> acceptsKinds() {
    return Stream.of("ab", "a_", "_a", "__", "9z", "Sort", "a-[b]<c>/d.e·f:g+h", "k".repeat(127));
  }

  @ParameterizedTest
  @MethodSource
  void refusesKinds(String kind) {
    assertThatThrownBy(() -> Names.checkKind(kind))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kind must have 2 to 127 characters, start with ")
        .hasMessageEndingWith("any of - [ ] < > / . · : +, got: \"%s\"", kind);
  }

  static Stream<String> refusesKinds() {
    return Stream.of(
        "",
        "a",
        "k".repeat(128),
        "-a",
        ".ab",
        "·ab",
        "a b",
        " ab",
        "ab ",
        "ab\n",
        "ab\0",
        "a,b",
        "a{b",
        "a\\b",
        "äb",
        "bä",
        "b\u0663", // a digit, but not of ASCII
        "\u0663b",
        "b\ud83d\ude00");
  }

  @ParameterizedTest
  @MethodSource
  void acceptsQueues(String queue) {
    assertThat(Names.checkQueue(queue)).isSameAs(queue);
  }

  static Stream<String> acceptsQueues() {
    return Stream.of("a", "0", "default", "a-b", "a_b", "a-b_c-0", "q".repeat(64));
  }

  @ParameterizedTest
  @MethodSource
  void refusesQueues(String queue) {
    assertThatThrownBy(() -> Names.checkQueue(queue))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("queue must have 1 to 64 characters: ")
        .hasMessageEndingWith("a single underscore or hyphen, got: \"%s\"", queue);
  }

  static Stream<String> refusesQueues() {
    return Stream.of(
        "",
        "q".repeat(65),
        "A",
        "Default",
        "-a",
        "_a",
        "a-",
        "a_",
        "a--b",
        "a__b",
        "a-_b",
        "a b",
        "a\n",
        "a.b",
        "*",
        "ä",
        "a\u0663");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "-", "_", "A"})
  void refusesLongQueuesAtOnce(String end) {
    String queue = "a".repeat(63) + end;
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            assertThatThrownBy(() -> Names.checkQueue(queue))
                .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void refusesNamesOfAnyLengthWithoutAStackOverflow() {
    String queue = "a-".repeat(1_000_000) + "a";
    assertThatThrownBy(() -> Names.checkQueue(queue)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource
  void acceptsTags(String tag) {
    assertThat(Names.checkTag(tag)).isSameAs(tag);
  }

  static Stream<String> acceptsTags() {
    return Stream.of("abc", "a-b", "a--b", "_a_", "AbC", "123", "t".repeat(255));
  }

  @ParameterizedTest
  @MethodSource
  void refusesTags(String tag) {
    assertThatThrownBy(() -> Names.checkTag(tag))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tag must have 3 to 255 characters: ")
        .hasMessageEndingWith("last one hyphens, got: \"%s\"", tag);
  }

  static Stream<String> refusesTags() {
    return Stream.of(
        "", "a", "ab", "t".repeat(256), "-ab", "ab-", "a b", "a,b", "abc\n", "äbc", "ab\u0663");
  }
}
