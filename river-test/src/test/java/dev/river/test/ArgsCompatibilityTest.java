package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.JobArgs;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reading a stored version makes of it. */
class ArgsCompatibilityTest extends StoredArgs {
  @Test
  void acceptsAVersionThatIsLikeTheSample() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");

    verify(new ReceiptArgs(7, "bob@example.com"));
  }

  @Test
  void acceptsOtherValuesOfTheSameShape() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");

    verify(new ReceiptArgs(8, "eve@example.com"));
  }

  @Test
  void refusesOtherValuesIfTheyAreCompared() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");

    assertThat(
            failure(
                () -> builder().comparingValues().verify(new ReceiptArgs(7, "eve@example.com"))))
        .isEqualTo(
            problem(
                "kind \"receipt\": the sample differs from version 1 (%s): $.email was \"bob@example.com\" and is \"eve@example.com\"; stored jobs of all versions can be worked; record version 2 %s",
                file("receipt", 1), HOW));
    builder().comparingValues().verify(new ReceiptArgs(7, "bob@example.com"));
  }

  @Test
  void acceptsThatAMemberIsNotReadAnyMore() throws Exception {
    record Fewer(long order) implements Receipt {}
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");
    stored("receipt", 2, "{\"order\": 7}");

    verify(new Fewer(7));
  }

  @Test
  void acceptsComponentsWithAValueOfTheirOwn() throws Exception {
    record Defaults(long order, String locale, int copies, List<String> notes) implements Receipt {
      Defaults {
        locale = locale == null ? "en" : locale;
        copies = copies == 0 ? 1 : copies;
        notes = notes == null ? List.of() : notes;
      }
    }
    stored("receipt", 1, "{\"order\": 7}");
    stored("receipt", 2, "{\"order\": 7, \"locale\": \"fr\", \"copies\": 2, \"notes\": [\"x\"]}");

    verify(new Defaults(7, "de", 3, List.of("y")));
  }

  @Test
  void acceptsThatNullBecomesAValueOfTheConstructor() throws Exception {
    record Defaults(String locale) implements Receipt {
      Defaults {
        locale = locale == null ? "en" : locale;
      }
    }
    stored("receipt", 1, "{\"locale\": null}");
    stored("receipt", 2, "{\"locale\": \"en\"}");

    verify(new Defaults("en"));
  }

  @Test
  void acceptsComponentsThatMayBeWithoutAValue() throws Exception {
    record Optionals(long order, Optional<String> note, @Nullable String locale)
        implements Receipt {}
    stored("receipt", 1, "{\"order\": 7}");
    stored("receipt", 2, "{\"order\": 7, \"note\": \"x\", \"locale\": \"en\"}");

    verify(new Optionals(7, Optional.of("x"), "en"));
  }

  @Test
  void comparesNumbersByTheirValue() throws Exception {
    record Price(double amount, int count) implements Receipt {}
    stored("receipt", 1, "{\"amount\": 1.50, \"count\": 2.0}");

    verify(new Price(1.5, 2));
  }

  @Test
  void comparesSetsWithoutTheirOrder() throws Exception {
    record Point(int x, Optional<String> note) {}
    record Points(Set<Point> points, Set<String> names) implements Receipt {
      Points {
        points = Set.copyOf(points);
      }
    }
    stored(
        "receipt",
        1,
        "{\"points\": [{\"x\": 3, \"note\": \"n\"}, {\"x\": 1}, {\"x\": 2}], \"names\": [\"b\", \"zz\", \"a\"]}");

    verify(new Points(Set.of(new Point(1, Optional.of("x"))), Set.of("c")));
  }

  @Test
  void followsNamesAndAliasesOfJackson() throws Exception {
    record Named(@JsonProperty("order_id") int order, @JsonAlias("mail") String email)
        implements Receipt {}
    stored("receipt", 1, "{\"order_id\": 7, \"mail\": \"a@b.c\"}");
    stored("receipt", 2, "{\"order_id\": 7, \"email\": \"a@b.c\"}");

    verify(new Named(7, "a@b.c"));
  }

  @Test
  void acceptsThatWhatIsEmptyIsNotWritten() throws Exception {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Sparse(long order, List<String> notes, Optional<String> locale) implements Receipt {}
    stored("receipt", 1, "{\"order\": 7, \"notes\": [], \"locale\": null}");
    stored("receipt", 2, "{\"order\": 7, \"notes\": [\"x\"], \"locale\": \"en\"}");

    verify(new Sparse(7, List.of("x"), Optional.of("en")));
  }

  @Test
  void refusesAReferenceThatIsMissingAndNull() throws Exception {
    record Longer(long order, String email, String locale) implements Receipt {}
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");
    stored("receipt", 2, "{\"order\": 7, \"email\": \"bob@example.com\", \"locale\": \"en\"}");

    assertThat(failure(() -> withWorkers().verify(new Longer(1, "a", "b"))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.locale: is missing, and null when it is read: make it @Nullable or Optional, give it a value in the record's constructor, or let an Upcaster of the worker put one in",
                file("receipt", 1)));
  }

  private record BooleanArgs(long order, boolean added) implements Receipt {}

  private record DoubleArgs(long order, double added) implements Receipt {}

  static Stream<Arguments> refusesAPrimitiveThatIsMissingAndSilentlyZero() {
    return Stream.of(
        arguments(new IntArgs(7, 1), "0"),
        arguments(new BooleanArgs(7, true), "false"),
        arguments(new DoubleArgs(7, 0.5), "0"));
  }

  @ParameterizedTest
  @MethodSource
  void refusesAPrimitiveThatIsMissingAndSilentlyZero(JobArgs sample, String zero) throws Exception {
    stored("receipt", 1, "{\"order\": 7}");
    stored("receipt", 2, new JsonCodec().encodeArgs(sample));

    assertThat(failure(() -> withWorkers().verify(sample)))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.added: is missing, and silently %s when it is read: give it a value in the record's constructor, make it Optional, or let an Upcaster of the worker put in what is meant",
                file("receipt", 1), zero));
  }

  @Test
  void refusesANullThatBecomesZero() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"added\": null}");
    stored("receipt", 2, "{\"order\": 7, \"added\": 2}");

    assertThat(failure(() -> withWorkers().verify(new IntArgs(7, 1))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.added: was null, is 0 when it is read and written again",
                file("receipt", 1)));
  }

  @Test
  void refusesAVersionThatTheClassCannotRead() throws Exception {
    record Strict(int order, String email) implements Receipt {}
    stored("receipt", 1, "{\"order\": \"seven\", \"email\": \"bob@example.com\"}");
    stored("receipt", 2, "{\"order\": 7, \"email\": \"bob@example.com\"}");

    assertThatThrownBy(() -> withWorkers().verify(new Strict(7, "a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            problem(
                "kind \"receipt\", version 1 (%s), $: args can't be read as %s: Cannot deserialize",
                file("receipt", 1), Strict.class.getName()))
        .hasMessageContaining("(at order)")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .hasSize(1)
                    .hasOnlyElementsOfType(UndecodableArgsException.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no JSON", "[1]", "{} {}", "{\"order\": \"\\u0000\"}"})
  void refusesAVersionThatNoJobCanHave(String json) throws Exception {
    stored("receipt", 1, json);

    assertThat(failure(() -> withWorkers().verify(new IntArgs(7, 1))))
        .contains(
            "kind \"receipt\", version 1 (%s), $: can't be compared: encodedArgs must "
                .formatted(file("receipt", 1)));
  }

  @Test
  void refusesAValueThatComesOutDifferent() throws Exception {
    record Whole(int order, String email) implements Receipt {
      Whole {
        email = email.toLowerCase(Locale.ROOT);
      }
    }
    stored("receipt", 1, "{\"order\": 7.5, \"email\": \"Bob@example.com\"}");
    stored("receipt", 2, "{\"order\": 7, \"email\": \"bob@example.com\"}");

    assertThat(failure(() -> withWorkers().verify(new Whole(7, "a"))))
        .isEqualTo(
            problems(
                "kind \"receipt\", version 1 (%1$s), $.order: was 7.5, is 7 when it is read and written again",
                "kind \"receipt\", version 1 (%1$s), $.email: was \"Bob@example.com\", is \"bob@example.com\" when it is read and written again"));
  }

  @Test
  void refusesAValueThatIsLostOnTheWay() throws Exception {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Forgetful(long order, List<String> notes) implements Receipt {
      Forgetful {
        notes = notes.stream().filter(note -> !note.isBlank()).toList();
      }
    }
    stored("receipt", 1, "{\"order\": 7, \"notes\": [\" \"]}");
    stored("receipt", 2, "{\"order\": 7, \"notes\": [\"x\"]}");

    assertThat(failure(() -> withWorkers().verify(new Forgetful(7, List.of("x")))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.notes: was [\" \"], is null when it is read and written again",
                file("receipt", 1)));
  }

  @Test
  void refusesElementsAndEntriesThatAreLost() throws Exception {
    record Lists(List<Integer> list, Map<String, Integer> map, Set<Integer> set)
        implements Receipt {
      Lists {
        list = list.stream().distinct().toList();
        map = new TreeMap<>(map);
        map.remove("b");
        set = set.stream().filter(each -> each > 1).collect(Collectors.toSet());
      }
    }
    stored("receipt", 1, "{\"list\": [1, 1], \"map\": {\"a\": 1, \"b\": 2}, \"set\": [1, 2]}");

    assertThat(
            failure(() -> withWorkers().verify(new Lists(List.of(1), Map.of("c", 1), Set.of(2)))))
        .isEqualTo(
            problems(
                "kind \"receipt\", version 1 (%1$s), $.list: was [1,1], is [1] when it is read and written again",
                "kind \"receipt\", version 1 (%1$s), $.map.b: was 2, is null when it is read and written again",
                "kind \"receipt\", version 1 (%1$s), $.set: was [1,2], is [2] when it is read and written again"));
  }

  @Test
  void looksIntoRecordsListsMapsArraysAndOptionals() throws Exception {
    record Point(int x, int y) {}
    @SuppressWarnings("ArrayRecordComponent") // as users may have them
    record Nested(
        Point one,
        List<Point> list,
        Map<String, Point> map,
        Point[] array,
        Optional<Point> optional,
        Set<Point> set)
        implements Receipt {}
    String old =
        "{\"one\":P,\"list\":[{\"x\":1,\"y\":2},P],\"map\":{\"a.b\":P},\"array\":[P],\"optional\":P,\"set\":[P]}";
    stored("receipt", 1, old.replace("P", "{\"x\":1}"));
    stored("receipt", 2, old.replace("P", "{\"x\":1,\"y\":2}"));
    Point point = new Point(1, 2);

    String message =
        failure(
            () ->
                withWorkers()
                    .verify(
                        new Nested(
                            point,
                            List.of(point),
                            Map.of("z", point),
                            new Point[] {point},
                            Optional.of(point),
                            Set.of(point))));

    assertThat(
            message
                .lines()
                .skip(1)
                .map(line -> line.replaceAll(".*, (\\$.*): is missing, and silently 0 .*", "$1")))
        .containsExactly(
            "$.one.y", "$.list[1].y", "$.map.a.b.y", "$.array[0].y", "$.optional.y", "$.set[0].y");
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
  sealed interface Figure {}

  record Circle(int radius, int width) implements Figure {}

  /** No record. */
  static final class Color {
    @JsonProperty public int red;
    @JsonProperty public int blue;
  }

  @Test
  void looksIntoRecordsOfASealedInterfaceAndComparesOtherClassesAsJson() throws Exception {
    record Drawing(Figure figure, Color color) implements Receipt {}
    stored(
        "receipt",
        1,
        "{\"figure\": {\"type\": \"circle\", \"radius\": 1}, \"color\": {\"red\": 1.5, \"green\": 2}}");
    stored(
        "receipt",
        2,
        "{\"figure\": {\"type\": \"circle\", \"radius\": 1, \"width\": 2}, \"color\": {\"red\": 1, \"blue\": 2}}");

    assertThat(failure(() -> withWorkers().verify(new Drawing(new Circle(1, 2), new Color()))))
        .startsWith("args and their stored versions have 2 problems:\n")
        .contains("$.figure.width: is missing, and silently 0 when it is read")
        .contains("$.color.red: was 1.5, is 1 when it is read and written again");
  }
}
