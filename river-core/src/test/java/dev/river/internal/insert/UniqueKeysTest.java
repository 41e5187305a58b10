package dev.river.internal.insert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.Unique;
import dev.river.job.UniqueOpts;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UniqueKeysTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678900Z");

  private final JsonCodec codec = new JsonCodec();

  record AllArgs(@JsonValue Raw json) implements JobArgs {
    record Raw(@JsonRawValue @JsonValue String json) {}

    @Override
    public String kind() {
      return "conformance_all_args";
    }
  }

  record SelectedArgs(@Unique @Nullable String label, @Nullable Account account, String other)
      implements JobArgs {
    record Account(@Unique String id, @Unique @Nullable String region, String name) {}

    @Override
    public String kind() {
      return "conformance_selected_args";
    }
  }

  record SimpleArgs(String name) implements JobArgs {
    @Override
    public String kind() {
      return "conformance_simple";
    }
  }

  record InvoiceArgs(long account_id, String note) implements JobArgs {
    @Override
    public String kind() {
      return "send_invoice";
    }
  }

  @Test
  void givesTheWorkedExampleItsKey() {
    InvoiceArgs args = new InvoiceArgs(9007199254740993L, "R&D <EU> é");
    UniqueOpts unique =
        UniqueOpts.builder().byArgs().byPeriod(Duration.ofHours(1)).byQueue().build();
    UniqueKeys keys = keysAt(Instant.parse("2026-10-07T14:25:09.4Z"));
    InsertOpts opts = InsertOpts.defaults();
    String json = codec.encodeArgs(args);

    assertThat(keys.text(args, json, "billing", opts, unique))
        .isEqualTo(
            "&kind=send_invoice&args={\"account_id\":9007199254740993,\"note\":\"R\\u0026D"
                + " \\u003cEU\\u003e é\"}&period=2026-10-07T14:00:00Z&queue=billing")
        .satisfies(text -> assertThat(text.getBytes(UTF_8)).hasSize(133));
    assertThat(keys.key(args, json, "billing", opts, unique).hex())
        .isEqualTo("edeef5acd6c5e86a444157b4f7b73cacfc6fdc6069e12b2ef3a5bb0618d7afce");
  }

  @Test
  void givesTheGoldenTextsTheirKeys() {
    UniqueOpts byArgs = UniqueOpts.builder().byArgs().build();
    assertGolden(
        new AllArgs(new AllArgs.Raw("{}")),
        byArgs,
        "&kind=conformance_all_args&args={}",
        "fe05a58ddb79a8d4544da962582d9a290d59788c920afd3597da3a62e3c1b0ac");
    assertGolden(
        new AllArgs(new AllArgs.Raw("{\"nested\":{\"z\":1,\"a\":2}}")),
        byArgs,
        "&kind=conformance_all_args&args={\"nested\":{\"z\":1,\"a\":2}}",
        "46ff499cb031d0458bb00ef87e7b83321eefb6e7534497c279c4ae0f474cdde0");
  }

  @Test
  void givesTheGoldenPeriodsTheirKeys() {
    String three = "&kind=conformance_simple&period=2026-01-02T03:00:00Z";
    String threesKey = "5396f06a082abd7a929915135ebd363a9a47d800176b03ce7736f93a5ba9e22e";
    SimpleArgs args = new SimpleArgs("a");
    UniqueOpts hourly = UniqueOpts.builder().byPeriod(Duration.ofHours(1)).build();
    assertGolden(args, hourly, three, threesKey);
    assertGolden(
        args, UniqueOpts.builder().byPeriod(Duration.ofMinutes(90)).build(), three, threesKey);

    InsertOpts scheduled =
        InsertOpts.builder().scheduledAt(Instant.parse("2026-01-02T05:21:05Z")).build();
    assertThat(keysAt(NOW).text(args, "{}", "default", scheduled, hourly))
        .isEqualTo("&kind=conformance_simple&period=2026-01-02T05:00:00Z");
    assertThat(keysAt(NOW).key(args, "{}", "default", scheduled, hourly).hex())
        .isEqualTo("b7f3c49952996b760b8b3ff6cf48f426e03a6ef0f004fb6faa51725365cf309a");
  }

  private record SparseArgs(@Unique Optional<String> label) implements JobArgs {
    @Override
    public String kind() {
      return "conformance_selected_args";
    }
  }

  @Test
  void givesTheGoldenSelectionsTheirKeys() {
    UniqueOpts byArgs = UniqueOpts.builder().byArgs().build();
    assertThat(keysAt(NOW).text(new SparseArgs(Optional.empty()), "{}", "q", none(), byArgs))
        .isEqualTo("&kind=conformance_selected_args&args=");
    assertThat(keysAt(NOW).key(new SparseArgs(Optional.empty()), "{}", "q", none(), byArgs).hex())
        .isEqualTo("23aa86692d9807ab10e433e378f1c0804573f5e345818461b919322dd381b4c3");

    SelectedArgs args =
        new SelectedArgs("selected", new SelectedArgs.Account("acct-123", "eu", "Ada"), "x");
    String json =
        "{\"other\":1,\"label\":\"selected\",\"account\":{\"name\":2,\"id\":\"acct-123\"}}";
    assertThat(keysAt(NOW).text(args, json, "q", none(), byArgs))
        .isEqualTo(
            "&kind=conformance_selected_args"
                + "&args={\"account\":{\"id\":\"acct-123\"},\"label\":\"selected\"}");
    assertThat(keysAt(NOW).key(args, json, "q", none(), byArgs).hex())
        .isEqualTo("6130dc4f753402d1faeb6bbc3e6c21415245bb282ad1fd16bcbfeebde525e726");
  }

  @Test
  void leavesOutWhatTheOptionsDoNotName() {
    SimpleArgs args = new SimpleArgs("a");
    String json = codec.encodeArgs(args);

    assertThat(text(args, json, UniqueOpts.builder().byQueue().excludeKind().build()))
        .isEqualTo("&queue=q");
    assertThat(text(args, json, UniqueOpts.builder().byArgs().excludeKind().build()))
        .isEqualTo("&args={\"name\":\"a\"}");
    assertThat(text(args, json, UniqueOpts.builder().byState(UniqueOpts.DEFAULT_STATES).build()))
        .isEqualTo("&kind=conformance_simple");
  }

  @Test
  void countsWeeksFromMonday() {
    UniqueOpts weekly = UniqueOpts.builder().byPeriod(Duration.ofDays(7)).build();

    assertThat(periodText(Instant.parse("2026-10-07T14:25:09Z"), weekly))
        .endsWith("&period=2026-10-05T00:00:00Z");
    assertThat(periodText(Instant.parse("2026-10-05T00:00:00Z"), weekly))
        .endsWith("&period=2026-10-05T00:00:00Z");
    assertThat(periodText(Instant.parse("2026-10-04T23:59:59.999999999Z"), weekly))
        .endsWith("&period=2026-09-28T00:00:00Z");
  }

  @Test
  void doesNotDependOnTheZoneOfTheMachine() {
    TimeZone before = TimeZone.getDefault();
    UniqueOpts daily = UniqueOpts.builder().byPeriod(Duration.ofDays(1)).build();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertThat(periodText(NOW, daily)).endsWith("&period=2026-01-02T00:00:00Z");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  /** Recomputes by plain seconds, which is what whole-second periods come down to. */
  @Property
  void agreesWithSecondsSinceTheYearOneForAnyPeriodAndTime(
      @ForAll @LongRange(min = 1, max = 10_000_000) long seconds,
      @ForAll @LongRange(min = 0, max = 315_537_897_599L) long passed,
      @ForAll @IntRange(min = 0, max = 999_999) int micros) {
    LocalDateTime yearOne = LocalDateTime.of(1, 1, 1, 0, 0);
    Instant time = yearOne.plusSeconds(passed).plusNanos(micros * 1_000L).toInstant(ZoneOffset.UTC);
    LocalDateTime start = yearOne.plusSeconds(passed / seconds * seconds);

    assertThat(periodText(time, UniqueOpts.builder().byPeriod(Duration.ofSeconds(seconds)).build()))
        .endsWith(
            String.format(
                Locale.ROOT,
                "&period=%04d-%02d-%02dT%02d:%02d:%02dZ",
                start.getYear(),
                start.getMonthValue(),
                start.getDayOfMonth(),
                start.getHour(),
                start.getMinute(),
                start.getSecond()));
  }

  @Property(tries = 300)
  void hashesTheTextInUtf8(@ForAll("names") String name) throws Exception {
    SimpleArgs args = new SimpleArgs(name);
    String json = codec.encodeArgs(args);
    UniqueOpts byArgs = UniqueOpts.builder().byArgs().build();
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text(args, json, byArgs).getBytes(UTF_8));

    assertThat(keysAt(NOW).key(args, json, "q", none(), byArgs).hex())
        .isEqualTo(HexFormat.of().formatHex(hash));
  }

  /** The rules in their own words: which parts there are, in which order. */
  @Property
  void namesThePartsThatTheOptionsName(
      @ForAll boolean byArgs,
      @ForAll boolean byPeriod,
      @ForAll boolean byQueue,
      @ForAll boolean excludeKind) {
    Assume.that(byArgs || byPeriod || byQueue);
    UniqueOpts.Builder unique = UniqueOpts.builder();
    StringBuilder expected = new StringBuilder(excludeKind ? "" : "&kind=conformance_simple");
    if (excludeKind) {
      unique.excludeKind();
    }
    if (byArgs) {
      unique.byArgs();
      expected.append("&args={\"name\":\"a\"}");
    }
    if (byPeriod) {
      unique.byPeriod(Duration.ofHours(1));
      expected.append("&period=2026-01-02T03:00:00Z");
    }
    if (byQueue) {
      unique.byQueue();
      expected.append("&queue=q");
    }

    assertThat(text(new SimpleArgs("a"), "{\"name\":\"a\"}", unique.build()))
        .isEqualTo(expected.toString());
  }

  /** Members are sorted by their names' bytes; what they hold is kept as it is written. */
  @Property
  void sortsTheMembersOfArgumentsAndKeepsTheirValues(
      @ForAll("members") Map<String, String> members, @ForAll Random order) {
    List<String> names = new ArrayList<>(members.keySet());
    Collections.shuffle(names, order);
    String shuffled =
        names.stream().map(name -> member(name, members)).collect(joining(",", "{", "}"));
    names.sort((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
    String sorted =
        names.stream().map(name -> member(name, members)).collect(joining(",", "{", "}"));

    assertThat(
            text(
                new SimpleArgs("a"), shuffled, UniqueOpts.builder().byArgs().excludeKind().build()))
        .isEqualTo("&args=" + sorted);
  }

  private static String member(String name, Map<String, String> members) {
    return "\"" + name + "\":" + members.get(name);
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withCharRange(' ', '\ud7ff').ofMaxLength(40);
  }

  @Provide
  Arbitrary<Map<String, String>> members() {
    Arbitrary<String> names =
        Arbitraries.of("a", "b", "Z", "_", "0", "\u00e9", "\ue000", "\ud83d\ude00")
            .list()
            .ofMaxSize(4)
            .map(parts -> String.join("", parts));
    return Arbitraries.maps(names, jsonValues()).ofMaxSize(12);
  }

  private static Arbitrary<String> jsonValues() {
    Arbitrary<String> plain =
        Arbitraries.of("null", "true", "1.0", "-0", "1e+2", "\"x<\u00e9\"", "[ ]", "{}");
    Arbitrary<String> pairs =
        Combinators.combine(plain, plain).as((z, a) -> "{\"z\": " + z + ",\"a\":" + a + "}");
    Arbitrary<String> lists =
        Arbitraries.oneOf(plain, pairs)
            .list()
            .ofMaxSize(3)
            .map(values -> "[" + String.join(", ", values) + "]");
    return Arbitraries.oneOf(plain, pairs, lists);
  }

  record Address(@Unique String city, @Unique String zip, String street) {}

  record Plain(int a, int b) {}

  record Nesting(
      @Unique Plain plain,
      Optional<Address> address,
      @Unique Address second,
      @JsonUnwrapped Flat flat,
      Nested nested)
      implements JobArgs {
    record Flat(@Unique int flatUnique, int flatOther) {}

    record Nested(@Unique Optional<Nested> nested, int depth) {}

    @Override
    public String kind() {
      return "nesting";
    }
  }

  @Test
  void selectsWithinNestedRecordsAsRiverDoes() {
    Nesting args =
        new Nesting(
            new Plain(1, 2),
            Optional.of(new Address("Ulm", "89073", "Elm Street")),
            new Address("Bonn", "53111", "Oak Street"),
            new Nesting.Flat(5, 6),
            new Nesting.Nested(Optional.of(new Nesting.Nested(Optional.empty(), 2)), 1));

    assertThat(text(args, codec.encodeArgs(args), UniqueOpts.builder().byArgs().build()))
        .isEqualTo(
            "&kind=nesting&args={\"address\":{\"city\":\"Ulm\",\"zip\":\"89073\"},\"flatUnique\":5,"
                + "\"nested\":{\"nested\":{\"nested\":null,\"depth\":2}},"
                + "\"plain\":{\"a\":1,\"b\":2},"
                + "\"second\":{\"city\":\"Bonn\",\"zip\":\"53111\",\"street\":\"Oak Street\"}}");
  }

  private void assertGolden(JobArgs args, UniqueOpts unique, String text, String key) {
    String json = codec.encodeArgs(args);
    assertThat(keysAt(NOW).text(args, json, "default", none(), unique)).isEqualTo(text);
    assertThat(keysAt(NOW).key(args, json, "default", none(), unique).hex()).isEqualTo(key);
  }

  private String text(JobArgs args, String json, UniqueOpts unique) {
    return keysAt(NOW).text(args, json, "q", none(), unique);
  }

  private String periodText(Instant now, UniqueOpts unique) {
    return keysAt(now).text(new SimpleArgs("a"), "{}", "q", none(), unique);
  }

  private UniqueKeys keysAt(Instant now) {
    return new UniqueKeys(codec, InstantSource.fixed(now));
  }

  private static InsertOpts none() {
    return InsertOpts.defaults();
  }
}
