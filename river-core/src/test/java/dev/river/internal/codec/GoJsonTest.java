package dev.river.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GoJsonTest {
  private final JsonCodec codec = new JsonCodec();

  private enum Shade {
    @SuppressWarnings("unused")
    LIGHT;

    @Override
    public String toString() {
      return "a<b";
    }
  }

  private record Values(
      Object doubles,
      float single,
      List<Double> boxed,
      BigInteger big,
      BigDecimal decimal,
      Instant time,
      Map<Integer, Map<String, Float>> map) {}

  @Test
  void escapesWhatGoEscapes() {
    String text =
        "\u0000\u0001\u001f\b\f\n\r\t\"\\/<>&\u007f\u0080é\u2027\u2028\u2029\u202a\ue000😀";
    String go =
        "\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\\u003c\\u003e\\u0026\u007f\u0080é\u2027\\u2028\\u2029\u202a\ue000😀";

    assertThat(encoded(text.substring(1))).isEqualTo(go);
    assertThat(GoEscapes.quote(text)).isEqualTo("\"\\u0000" + go + "\"");
    assertThat(codec.encodeMetadata(Map.of("a<\u2028", Shade.LIGHT)))
        .isEqualTo("{\"a\\u003c\\u2028\":\"LIGHT\"}");
  }

  /** A text that is longer than any buffer, against escapes that are put together one by one. */
  @Test
  void escapesLongTextsAsShortOnes() {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      int c = random.nextInt(4) == 0 ? random.nextInt(1, 0x80) : random.nextInt(0x80, 0x2100);
      text.appendCodePoint(c);
    }
    String bySingles =
        text.chars().mapToObj(c -> encoded(Character.toString(c))).collect(Collectors.joining());

    assertThat(encoded(text.toString())).isEqualTo(bySingles);
  }

  @Test
  void writesNumbersAndTimesAsGoDoes() {
    Values values =
        new Values(
            new double[] {1, 1e-7, 1e21, -0.0, 0.5},
            0.1f,
            Arrays.asList(2.0, null, 1e22),
            BigInteger.TWO.pow(70),
            new BigDecimal("1.50"),
            Instant.parse("2026-01-02T03:04:05.600Z"),
            Map.of(10, Map.of("b", 1f, "a", 1e-8f), 9, Map.of()));

    assertThat(codec.encodeMetadata(Map.of("v", values)))
        .isEqualTo(
            "{\"v\":{\"doubles\":[1,1e-7,1e+21,-0,0.5],\"single\":0.1,\"boxed\":[2,null,1e+22],"
                + "\"big\":1180591620717411303424,\"decimal\":1.50,"
                + "\"time\":\"2026-01-02T03:04:05.6Z\","
                + "\"map\":{\"10\":{\"a\":1e-8,\"b\":1},\"9\":{}}}}");
  }

  @Test
  void sortsMapsByTheBytesOfTheirNames() {
    Map<String, Integer> map = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(List.of("", "a", "ab", "b", "é", "\ue000", "😀"));
    Collections.reverse(names);
    names.forEach(name -> map.put(name, 1));

    assertThat(codec.encodeMetadata(Map.of("m", map)))
        .isEqualTo("{\"m\":{\"\":1,\"a\":1,\"ab\":1,\"b\":1,\"é\":1,\"\ue000\":1,\"😀\":1}}");
  }

  @Property
  void comparesAsUtf8Does(@ForAll("texts") String left, @ForAll("texts") String right) {
    int bytes = Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));

    assertThat(Integer.signum(Utf8Order.COMPARATOR.compare(left, right)))
        .isEqualTo(Integer.signum(bytes));
  }

  /** The borders of what UTF-16 and UTF-8 write with one unit, two, three and four. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(0x61, 0x62, 0xe9, 0xd7ff, 0xe000, 0xffff, 0x1f600, 0x10ffff)
        .list()
        .ofMaxSize(4)
        .map(points -> points.stream().map(Character::toString).collect(Collectors.joining()));
  }

  @Test
  void sortsTheTopLevelAndKeepsTheTextOfValues() {
    assertThat(UniqueArgs.whole("{\"b\":{\"z\":1.0,\"a\":[ 2 ]},\"a\":1e+2,\"b\":3}"))
        .isEqualTo("{\"a\":1e+2,\"b\":{\"z\":1.0,\"a\":[ 2 ]}}");
    assertThat(UniqueArgs.whole("{\"a<b\":1,\"é\\u003c\":2,\"q\\\"<\":3,\"\u007f\":4}"))
        .isEqualTo("{\"a<b\":1,\"q\\\"\\u003c\":3,\"\u007f\":4,\"é\\u003c\":2}");
    assertThat(UniqueArgs.whole("{\"😀\":1,\"\ue000\":2}")).isEqualTo("{\"\ue000\":2,\"😀\":1}");
    assertThat(UniqueArgs.whole("{}")).isEqualTo("{}");
  }

  @Test
  void sortsObjectsThatAreLongerThanAnyBuffer() {
    Random random = new Random(5);
    Map<String, String> members = new TreeMap<>();
    for (int i = 0; i < 5_000; i++) {
      members.put(
          "name" + random.nextInt(),
          "[" + random.nextInt() + ",\"" + "x".repeat(i % 90) + "\",{}]");
    }
    List<String> shuffled =
        new ArrayList<>(
            members.entrySet().stream()
                .map(m -> "\"" + m.getKey() + "\":" + m.getValue())
                .toList());
    String sorted = "{" + String.join(",", shuffled) + "}";
    Collections.shuffle(shuffled, random);

    assertThat(UniqueArgs.whole("{" + String.join(",", shuffled) + "}")).isEqualTo(sorted);
  }

  @Test
  void selectsPathsThatArePresent() {
    String object = "{\"a.b\":1,\"a\":{\"b\":null,\"c\":{\"d\":2}},\"x\":[1],\"x\":2}";

    assertThat(
            UniqueArgs.selected(
                object, List.of(List.of("a", "b"), List.of("a", "c", "d"), List.of("x"))))
        .isEqualTo("{\"a\":{\"b\":null,\"c\":{\"d\":2}},\"x\":[1]}");
    assertThat(UniqueArgs.selected(object, List.of(List.of("a.b")))).isEqualTo("{\"a.b\":1}");
    assertThat(
            UniqueArgs.selected(
                object, List.of(List.of("x", "y"), List.of("z"), List.of("a", "b", "c"))))
        .isEmpty();
  }

  private String encoded(String text) {
    String json = codec.encodeMetadata(Map.of("t", text));
    return json.substring("{\"t\":\"".length(), json.length() - "\"}".length());
  }
}
