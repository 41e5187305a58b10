package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.river.job.JobArgs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a new version is needed, and which kinds have versions. */
class ArgsVersionsTest extends StoredArgs {
  @Test
  void asksForTheFirstVersion() {
    assertThat(failure(() -> verify(new ReceiptArgs(7, "bob@example.com"))))
        .isEqualTo(
            problem(
                "kind \"receipt\": has no stored version in %s yet; record version 1 %s",
                root().resolve("receipt"), HOW));
    assertThat(root()).doesNotExist();
  }

  @Test
  void recordsTheFirstVersionAsItIsStored() throws Exception {
    record Rich(
        String text, List<Integer> empty, Map<String, Object> none, Map<String, Integer> map)
        implements Receipt {}
    Rich sample = new Rich("a \"b\" {,} \\ <ä>", List.of(), Map.of(), Map.of("b", 2, "a", 1));

    builder().recording(true).verify(sample);

    assertThat(file("receipt", 1))
        .hasContent(
            """
            {
              "text": "a \\"b\\" {,} \\\\ \\u003cä\\u003e",
              "empty": [],
              "none": {},
              "map": {
                "a": 1,
                "b": 2
              }
            }
            """);
    assertThat(Files.readString(file("receipt", 1))).endsWith("}\n");
    verify(sample);
  }

  @Test
  void asksForANewVersionIfTheShapeHasChanged() throws Exception {
    record Point(int x, Optional<String> label) {}
    record Present(
        String order,
        Point point,
        List<Point> list,
        Map<String, String> map,
        Optional<String> note,
        Optional<Integer> count)
        implements Receipt {}
    String json =
        """
        {"order": 7, "point": {"x": 1, "y": 2}, "list": [], "map": {"a": "b"},
         "note": null, "count": 1, "gone": true}
        """;
    stored("receipt", 1, json.replace(": 7", ": \"7\""));
    stored("receipt", 2, json.replace(": 7", ": \"8\"").replace("{\"a\": \"b\"}", "{}"));

    Present sample =
        new Present(
            "7",
            new Point(1, Optional.of("here")),
            List.of(new Point(1, Optional.empty())),
            Map.of("c", "d"),
            Optional.of("x"),
            Optional.empty());
    assertThat(failure(() -> withWorkers().verify(sample)))
        .isEqualTo(
            problem(
                "kind \"receipt\": the sample differs from version 2 (%s): $.list[] is new (object), $.map[] is new (text), $.note was null and is text, $.point.label is new (text), $.point.y is gone, $.gone is gone; stored jobs of all versions can be worked; record version 3 %s",
                file("receipt", 2), HOW));
  }

  @Test
  void takesTheKeysOfAMapForValues() throws Exception {
    record Present(Map<String, Integer> map, List<Object> mixed) implements Receipt {}
    stored("receipt", 1, "{\"map\": {\"a\": 1, \"b\": 2}, \"mixed\": [1, \"x\", null]}");

    verify(new Present(Map.of("c", 1), List.of("y")));
    verify(new Present(Map.of(), List.of()));
    assertThat(failure(() -> verify(new Present(Map.of("c", 1), List.of(true)))))
        .contains(": $.mixed[] was null or number or text and is boolean; ");
  }

  @Test
  void recordsTheNextVersionAndLeavesOlderOnesAlone() throws Exception {
    record Present(long order, Optional<String> email) implements Receipt {}
    stored("receipt", 1, "{\"order\":   7}");
    stored("receipt", 3, "{\"order\": 7, \"foo\": null}");

    builder().recording(true).verify(new Present(7, Optional.of("a@b.c")));

    assertThat(file("receipt", 1)).hasContent("{\"order\":   7}");
    assertThat(file("receipt", 3)).hasContent("{\"order\": 7, \"foo\": null}");
    assertThat(file("receipt", 4)).hasContent("{\n  \"order\": 7,\n  \"email\": \"a@b.c\"\n}\n");
    verify(new Present(7, Optional.of("a@b.c")));
    builder().recording(true).verify(new Present(8, Optional.of("d@e.f")));
    assertThat(file("receipt", 5)).doesNotExist();
  }

  @Test
  void recordsNothingWhileOlderVersionsCannotBeWorked() throws Exception {
    stored("receipt", 1, "{\"order\": 7}");

    String asking = failure(() -> withWorkers().verify(new IntArgs(7, 1)));
    String recording = failure(() -> withWorkers().recording(true).verify(new IntArgs(7, 1)));

    assertThat(asking)
        .contains("version 1 (%s), $.added: is missing".formatted(file("receipt", 1)))
        .endsWith(
            "\n  kind \"receipt\": the sample differs from version 1 (%s): $.added is new (number); stored jobs of version 1 can't be worked as they were, see above; mend that, then record version 2 %s"
                .formatted(file("receipt", 1), HOW));
    assertThat(recording)
        .endsWith("can't be worked as they were, see above; version 2 was not recorded");
    assertThat(file("receipt", 2)).doesNotExist();
  }

  @Test
  void recordsWhatItCanAndTellsOfTheRest() throws Exception {
    stored("receipt", 1, "{\"order\": 7}");

    assertThat(
            failure(
                () ->
                    withWorkers()
                        .recording(true)
                        .verify(new IntArgs(7, 1), new SortArgs(List.of("whale")))))
        .startsWith("args and their stored versions have 2 problems:\n  kind \"receipt\"");
    assertThat(file("sort", 1)).exists();
  }

  record Absolute(int amount) implements Receipt {
    @Override
    public int amount() {
      return amount + 1;
    }
  }

  @Test
  void recordsNothingThatTheClassDoesNotReadBack() throws Exception {
    assertThat(failure(() -> withWorkers().recording(true).verify(new Absolute(1))))
        .isEqualTo(
            problem(
                "kind \"receipt\", its sample, $.amount: was 2, is 3 when it is read and written again"));
    assertThat(root()).doesNotExist();
  }

  @Test
  void recordsIfASystemPropertySaysSo() throws Exception {
    System.setProperty("river.args.record", "true");
    try {
      ArgsCompatibility.builder().directory(root()).verify(new SortArgs(List.of("whale")));
    } finally {
      System.clearProperty("river.args.record");
    }

    assertThat(file("sort", 1)).exists();
    ArgsCompatibility.builder().directory(root()).verify(new SortArgs(List.of("whale")));
  }

  @Test
  void looksIntoTheDirectoryOfTheModule() {
    assertThat(failure(() -> ArgsCompatibility.verify(new SortArgs(List.of("whale")))))
        .contains(
            "kind \"sort\": has no stored version in %s yet"
                .formatted(Path.of("src/test/river-args/sort").toAbsolutePath()));
  }

  private record RenamedKindArgs(long order, String email) implements JobArgs {
    @Override
    public String kind() {
      return "invoice";
    }

    @Override
    public List<String> kindAliases() {
      return List.of("receipt");
    }
  }

  @Test
  void readsTheVersionsOfAliasesToo() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"a@b.c\"}");
    stored("invoice", 1, "{\"order\": 7, \"email\": \"a@b.c\"}");
    verify(new RenamedKindArgs(7, "a"));

    stored("receipt", 2, "{\"order\": 7}");

    assertThat(failure(() -> withWorkers().verify(new RenamedKindArgs(7, "a"))))
        .contains(
            "have a problem:\n  kind \"receipt\", version 2 (%s), $.email: is missing"
                .formatted(file("receipt", 2)));
  }

  @Test
  void refusesAKindWithoutASample() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"a@b.c\"}");
    stored("old/sort", 1, "{}");
    Files.createDirectories(root().resolve("notes"));

    assertThat(failure(() -> verify(new ReceiptArgs(7, "a"))))
        .isEqualTo(
            problem(
                "kind \"old/sort\": has versions in %s, but no sample: name the kind in kindAliases() if its class has another one now, delete the directory if no job of it is stored any more, or use someKinds() if another test has the sample",
                root().resolve("old%2Fsort")));
    builder().someKinds().verify(new ReceiptArgs(7, "a"));
  }

  @Test
  void refusesTwoSamplesOfAKind() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"a@b.c\"}");

    assertThat(failure(() -> verify(new ReceiptArgs(7, "a"), new IntArgs(1, 2))))
        .isEqualTo(
            problem(
                "kind \"receipt\": must have one sample, with a value in every component, got two: ReceiptArgs[order=7, email=a] and IntArgs[order=1, added=2]"));
  }

  static final class ClassArgs implements Receipt {
    @JsonProperty int order = 7;
  }

  private record BadKindArgs(int order) implements JobArgs {
    @Override
    public String kind() {
      return "no kind";
    }
  }

  @Test
  void refusesSamplesThatAreNoRecordsOrHaveNoKind() {
    assertThat(failure(() -> verify(new ClassArgs(), new BadKindArgs(1))))
        .startsWith(
            """
            args and their stored versions have 2 problems:
              sample of %s: must be a record, whose components tell what is missing
              sample of %s: %s: kind must have 2 to 127 characters"""
                .formatted(
                    ClassArgs.class.getName(),
                    BadKindArgs.class.getName(),
                    BadKindArgs.class.getName()));
  }

  @Test
  void refusesASampleThatCannotBeStored() {
    assertThat(failure(() -> verify(new SortArgs(List.of("\0")))))
        .startsWith(
            problem(
                "kind \"sort\": args of %s must not contain the character U+0000",
                SortArgs.class.getName()));
  }

  @Test
  void refusesFilesThatLookLikeVersions() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"a@b.c\"}");
    Path stray = Files.writeString(root().resolve("receipt/01.json"), "{}");
    Files.writeString(root().resolve("receipt/README.md"), "why");

    assertThat(failure(() -> verify(new ReceiptArgs(7, "a"))))
        .isEqualTo(
            problem(
                "kind \"receipt\": %s is not named as a version is: 1.json, 2.json and so on",
                stray));
  }

  @Test
  void needsASample() {
    assertThatThrownBy(ArgsCompatibility::verify)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("samples must not be empty");
  }

  @Test
  void tellsOfEveryProblemAtOnce() throws Exception {
    stored("receipt", 1, "{}");
    stored("sort", 1, "{\"strings\": \"whale\"}");

    assertThat(failure(() -> verify(new ReceiptArgs(7, "a"), new SortArgs(List.of("whale")))))
        .startsWith("args and their stored versions have 5 problems:\n")
        .contains("$.order: is missing, and silently 0")
        .contains("$.email: is missing, and null")
        .contains("$.email is new (text), $.order is new (number)")
        .contains("kind \"sort\", version 1 (%s), $: args can't".formatted(file("sort", 1)))
        .contains("$.strings was text and is list");
  }
}
