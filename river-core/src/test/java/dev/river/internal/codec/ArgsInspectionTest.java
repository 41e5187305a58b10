package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.river.internal.codec.ArgsInspection.Member;
import dev.river.work.Upcaster;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgsInspectionTest {
  private final ArgsInspection inspection = new ArgsInspection();

  private record Named(
      String plain,
      @JsonProperty("other_name") int renamed,
      @JsonAlias({"old", "older"}) Optional<String> alias,
      @JsonIgnore String ignored) {}

  private record Lists(List<Instant> instants, Optional<Integer> number) {}

  @Test
  void readsNumbersAsExactlyAsTheyWereWritten() {
    assertThat(inspection.tree("{\"a\": [1, 0.10, null, true, \"x\", 12345678901234567890.12]}"))
        .isEqualTo(
            Map.of(
                "a",
                Arrays.asList(
                    1,
                    new BigDecimal("0.10"),
                    null,
                    true,
                    "x",
                    new BigDecimal("12345678901234567890.12"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "{a: 1}"})
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> inspection.tree(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no JSON: ");
  }

  @Test
  void showsWhatUpcastersMakeOfArguments() {
    List<Upcaster> upcasters =
        List.of(
            Upcaster.renamed("mail", "email"),
            new Upcaster(
                args -> !args.containsKey("wait"),
                args -> {
                  args.put("wait", Duration.ofSeconds(90));
                  return args;
                }));

    assertThat(inspection.upcast("{\"mail\":\"a@b.c\"}", upcasters))
        .isEqualTo(Map.of("email", "a@b.c", "wait", "PT1M30S"));
    assertThat(inspection.upcast("{\"mail\":\"a@b.c\"}", List.of()))
        .isEqualTo(Map.of("mail", "a@b.c"));
  }

  @Test
  void saysThatAnUpcasterFailed() {
    Upcaster failing =
        new Upcaster(
            args -> true,
            args -> {
              throw new IllegalStateException("not today");
            });

    assertThatThrownBy(() -> inspection.upcast("{}", List.of(failing)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an upcaster failed: java.lang.IllegalStateException: not today");
    assertThatThrownBy(() -> inspection.upcast("[]", List.of(failing)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no JSON object: ");
  }

  @Test
  void namesComponentsAsTheyAreReadFromJson() {
    assertThat(inspection.members(Named.class))
        .containsExactlyInAnyOrder(
            new Member("plain", "plain", List.of()),
            new Member("renamed", "other_name", List.of()),
            new Member("alias", "alias", List.of("old", "older")));
  }

  @Test
  void tellsWhatATypeMakesOfATree() throws Exception {
    assertThat(inspection.readAs(7, String.class)).contains("7");
    assertThat(inspection.readAs(7, int.class)).contains(7);
    assertThat(inspection.readAs("seven", int.class)).isEmpty();
    assertThat(inspection.readAs("seven", Instant.class)).isEmpty();
    assertThat(inspection.readAs(7, type("number"))).contains(7);
    assertThat(inspection.readAs(List.of("2026-01-02T03:04:05Z"), type("instants")))
        .contains(List.of("2026-01-02T03:04:05Z"));
    assertThat(inspection.readAs(List.of("yesterday"), type("instants"))).isEmpty();
  }

  private static Type type(String component) {
    return Arrays.stream(Lists.class.getRecordComponents())
        .filter(each -> each.getName().equals(component))
        .findFirst()
        .orElseThrow()
        .getGenericType();
  }
}
