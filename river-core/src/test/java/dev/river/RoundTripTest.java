package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobArgs;
import dev.river.testing.RiverDatabase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written comes back equal, after PostgreSQL has put it into its own form. */
class RoundTripTest {
  private static final RiverDatabase RIVER = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();

  @BeforeAll
  static void open() {
    RIVER.open();
  }

  @AfterAll
  static void close() {
    RIVER.close();
  }

  interface Sample extends JobArgs {
    @Override
    default String kind() {
      return "sample";
    }
  }

  enum Level {
    LOW,
    @JsonProperty("very-high")
    HIGH;

    @Override
    public String toString() {
      return "level " + name().charAt(0);
    }
  }

  enum Operation {
    PLUS {
      @Override
      int apply(int one, int other) {
        return one + other;
      }
    },
    MINUS {
      @Override
      int apply(int one, int other) {
        return one - other;
      }
    };

    abstract int apply(int one, int other);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Figure {}

  record Circle(double radius) implements Figure {}

  record Square(@Nullable String name, BigDecimal side) implements Figure {}

  record Pair<A, B>(A first, B second) {}

  record Trimmed(String text) {
    Trimmed {
      text = text.strip();
    }
  }

  record OfDecimal(BigDecimal value) implements Sample {}

  record OfInteger(BigInteger value) implements Sample {}

  record OfMap(Map<String, Object> value) implements Sample {}

  record OfNode(JsonNode value) implements Sample {}

  record OfNumbers(long l, int i, short s, byte b, double d, float f, char c, boolean flag)
      implements Sample {}

  record OfBoxes(@Nullable Long l, @Nullable Double d, @Nullable Character c, @Nullable Float f)
      implements Sample {}

  record OfInstant(Instant value) implements Sample {}

  record OfOffset(OffsetDateTime value) implements Sample {}

  record OfZoned(ZonedDateTime value) implements Sample {}

  record OfDate(LocalDate value) implements Sample {}

  record OfTimes(LocalTime time, LocalDateTime dateTime, OffsetTime offsetTime) implements Sample {}

  record OfSpans(Duration duration, Period period) implements Sample {}

  record OfCalendar(
      Year year, YearMonth yearMonth, MonthDay monthDay, DayOfWeek dayOfWeek, Month month)
      implements Sample {}

  record OfZones(ZoneId zone, ZoneOffset offset) implements Sample {}

  record OfLegacyDate(Date value) implements Sample {}

  record OfTexts(UUID uuid, URI uri, Locale locale, Currency currency) implements Sample {}

  record OfOptionals(
      Optional<String> text,
      Optional<Instant> time,
      OptionalInt i,
      OptionalLong l,
      OptionalDouble d)
      implements Sample {}

  record OfEnums(Level level, Operation operation, EnumMap<Level, Integer> map, EnumSet<Level> set)
      implements Sample {}

  record OfKeys(
      Map<Integer, String> i,
      Map<UUID, String> u,
      Map<Level, String> e,
      Map<LocalDate, List<String>> d,
      SortedMap<Long, String> l)
      implements Sample {}

  record OfSets(Set<String> texts, LinkedHashSet<Integer> numbers, List<Set<Instant>> times)
      implements Sample {}

  record OfFigures(Figure figure, List<Figure> figures) implements Sample {}

  record OfGenerics(Pair<String, List<Pair<Integer, Instant>>> pair) implements Sample {}

  record OfTrimmed(Trimmed trimmed, @Nullable String nothing) implements Sample {}

  static Stream<Arguments> comesBackEqual() {
    return Stream.of(numbers(), times(), others()).flatMap(all -> all).map(args -> arguments(args));
  }

  private static Stream<JobArgs> numbers() {
    return Stream.of(
        new OfDecimal(new BigDecimal("0.10")),
        new OfDecimal(new BigDecimal("123456789012345678901234567890.1234567890123456789000")),
        new OfDecimal(new BigDecimal("-0.000000000000000000000000000001")),
        new OfInteger(BigInteger.TEN.pow(1_001)),
        new OfInteger(BigInteger.TWO.pow(200).negate()),
        new OfMap(Map.of("price", new BigDecimal("19.99"), "more", new BigDecimal("0.10"))),
        new OfMap(Map.of("n", 1, "l", Long.MAX_VALUE, "big", BigInteger.TEN.pow(1_001))),
        new OfMap(
            Map.of(
                "list", List.of("a", true, 7, List.of(), Map.of("deep", new BigDecimal("1.50"))))),
        new OfNode(JsonNodeFactory.instance.objectNode().put("n", new BigDecimal("1.50"))),
        new OfNumbers(
            Long.MIN_VALUE,
            Integer.MAX_VALUE,
            Short.MIN_VALUE,
            Byte.MAX_VALUE,
            0.1,
            0.1f,
            'ä',
            true),
        new OfNumbers(1, 2, (short) 3, (byte) 4, Double.MIN_VALUE, Float.MAX_VALUE, '"', false),
        new OfNumbers(1, 2, (short) 3, (byte) 4, Double.MAX_VALUE, Float.MIN_VALUE, '\\', false),
        new OfBoxes(null, null, null, null),
        new OfBoxes(5L, 1e300, 'x', 1e-30f));
  }

  private static Stream<JobArgs> times() {
    Instant nanos = Instant.parse("2026-01-02T03:04:05.123456789Z");
    LocalDateTime local = LocalDateTime.of(2026, 3, 4, 5, 6, 0, 1);
    return Stream.of(
        new OfInstant(nanos),
        new OfInstant(Instant.EPOCH.minusNanos(1)),
        new OfInstant(Instant.parse("+12345-01-02T03:04:05Z")),
        new OfInstant(Instant.parse("-0044-03-15T12:00:00Z")),
        new OfOffset(local.atOffset(ZoneOffset.ofHoursMinutes(5, 45))),
        new OfOffset(local.atOffset(ZoneOffset.UTC)),
        new OfOffset(local.atOffset(ZoneOffset.ofHoursMinutesSeconds(-1, -2, -3))),
        new OfZoned(local.atZone(ZoneId.of("Europe/Paris"))),
        new OfZoned(local.atZone(ZoneId.of("UTC"))),
        new OfZoned(local.atZone(ZoneOffset.UTC)),
        new OfZoned(
            ZonedDateTime.of(LocalDateTime.of(2026, 10, 25, 2, 30), ZoneId.of("Europe/Paris"))
                .withLaterOffsetAtOverlap()),
        new OfDate(LocalDate.of(2026, 2, 28)),
        new OfDate(LocalDate.of(12_345, 1, 2)),
        new OfDate(LocalDate.of(-44, 3, 15)),
        new OfDate(LocalDate.MAX),
        new OfTimes(LocalTime.MIDNIGHT, local, OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHours(-8))),
        new OfTimes(LocalTime.MAX, local.minusNanos(1), OffsetTime.MAX),
        new OfSpans(Duration.ofSeconds(-90, 1), Period.of(1, -2, 30)),
        new OfSpans(Duration.ofDays(400), Period.ZERO),
        new OfCalendar(
            Year.of(2026), YearMonth.of(2026, 2), MonthDay.of(2, 29), DayOfWeek.FRIDAY, Month.MAY),
        new OfCalendar(
            Year.of(-44), YearMonth.of(12_345, 2), MonthDay.of(1, 1), DayOfWeek.MONDAY, Month.JUNE),
        new OfZones(ZoneId.of("America/St_Johns"), ZoneOffset.ofHours(3)),
        new OfLegacyDate(Date.from(nanos.truncatedTo(java.time.temporal.ChronoUnit.MILLIS))));
  }

  private static Stream<JobArgs> others() {
    Map<Level, Integer> levels = new EnumMap<>(Map.of(Level.HIGH, 1, Level.LOW, 2));
    return Stream.of(
        new OfTexts(
            new UUID(1, 2),
            URI.create("https://example.com/a?b=ä#c"),
            Locale.forLanguageTag("sr-Latn-RS"),
            Currency.getInstance("EUR")),
        new OfOptionals(
            Optional.of(""),
            Optional.of(Instant.EPOCH),
            OptionalInt.of(0),
            OptionalLong.of(-1),
            OptionalDouble.of(0.5)),
        new OfOptionals(
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty()),
        new OfEnums(Level.HIGH, Operation.MINUS, new EnumMap<>(levels), EnumSet.of(Level.HIGH)),
        new OfKeys(
            Map.of(2, "two", 10, "ten"),
            Map.of(new UUID(3, 4), "id"),
            Map.of(Level.HIGH, "high"),
            Map.of(LocalDate.EPOCH, List.of("day")),
            new TreeMap<>(Map.of(5L, "five"))),
        new OfSets(
            Set.of("b", "a"),
            new LinkedHashSet<>(List.of(3, 1, 2)),
            List.of(Set.of(Instant.EPOCH), Set.of())),
        new OfFigures(new Circle(0.1), List.of(new Square(null, new BigDecimal("2.0")))),
        new OfGenerics(new Pair<>("a", List.of(new Pair<>(1, Instant.EPOCH)))),
        new OfTrimmed(new Trimmed(" a "), null));
  }

  @ParameterizedTest
  @MethodSource
  void comesBackEqual(JobArgs args) throws Exception {
    assertThat(stored(args)).isEqualTo(args);
  }

  @SuppressWarnings("ArrayRecordComponent") // what is tested
  record OfArrays(byte[] bytes, int[] numbers, double[] fractions, String[] texts, char[] chars)
      implements Sample {}

  @Test
  void arraysComeBackEqual() throws Exception {
    OfArrays args =
        new OfArrays(
            new byte[] {0, -1, 127, 62, 63},
            new int[] {3, 1, 2},
            new double[] {0.1, 1e300},
            new String[] {"b", "a"},
            "text".toCharArray());

    OfArrays back = (OfArrays) stored(args);

    assertThat(back.bytes()).isEqualTo(args.bytes());
    assertThat(back.numbers()).isEqualTo(args.numbers());
    assertThat(back.fractions()).isEqualTo(args.fractions());
    assertThat(back.texts()).isEqualTo(args.texts());
    assertThat(back.chars()).isEqualTo(args.chars());
    assertThat(codec.encodeArgs(args)).contains("\"AP9/Pj8=\"");
  }

  record OfAtomics(AtomicInteger i, AtomicLong l, AtomicBoolean flag, AtomicReference<String> text)
      implements Sample {}

  @Test
  void atomicsComeBackWithTheirValues() throws Exception {
    OfAtomics back =
        (OfAtomics)
            stored(
                new OfAtomics(
                    new AtomicInteger(7),
                    new AtomicLong(Long.MAX_VALUE),
                    new AtomicBoolean(true),
                    new AtomicReference<>("text")));

    assertThat(back.i()).hasValue(7);
    assertThat(back.l()).hasValue(Long.MAX_VALUE);
    assertThat(back.flag()).isTrue();
    assertThat(back.text()).hasValue("text");
  }

  @Test
  void orderOfASetStays() throws Exception {
    OfSets args = new OfSets(Set.of(), new LinkedHashSet<>(List.of(3, 1, 2)), List.of());

    assertThat(new ArrayList<>(((OfSets) stored(args)).numbers())).isEqualTo(List.of(3, 1, 2));
  }

  record OfFloats(float f, double d, List<Object> more) implements Sample {}

  @Test
  void refusesNumbersThatJsonDoesNotHave() {
    List<OfFloats> unknown =
        Arrays.asList(
            new OfFloats(Float.NaN, 0, List.of()),
            new OfFloats(0, Double.POSITIVE_INFINITY, List.of()),
            new OfFloats(0, 0, List.of(Double.NEGATIVE_INFINITY)));

    for (OfFloats args : unknown) {
      assertThatThrownBy(() -> codec.encodeArgs(args))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("JSON has no number for NaN and infinity");
    }
  }

  @Test
  void readsNumbersOfNoGivenTypeExactly() throws Exception {
    OfMap back = (OfMap) stored(new OfMap(Map.of("double", 0.5, "small", 7L, "float", 0.25f)));

    assertThat(back.value())
        .isEqualTo(
            Map.of("double", new BigDecimal("0.5"), "small", 7, "float", new BigDecimal("0.25")));
  }

  /** {@return what is read of arguments when jsonb has stored them} */
  private JobArgs stored(JobArgs args) throws Exception {
    String json = codec.encodeArgs(args);
    String stored =
        RIVER
            .dsl()
            .select(DSL.field("{0}::jsonb::text", String.class, DSL.val(json)))
            .fetchSingle()
            .value1();
    return codec.decodeArgs(stored, args.getClass());
  }
}
