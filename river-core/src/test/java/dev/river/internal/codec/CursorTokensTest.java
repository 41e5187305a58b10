package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.river.internal.codec.CursorTokens.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTokensTest {
  private static final Place PLACE =
      new Place(
          4, "mail", "default", "time", Optional.of(Instant.parse("2026-01-02T03:04:05.67892Z")));

  @Test
  void writesWhatRiverWrites() {
    assertThat(json(CursorTokens.encode(PLACE)))
        .isEqualTo(
            "{\"id\":4,\"kind\":\"mail\",\"queue\":\"default\",\"sort_field\":\"time\","
                + "\"time\":\"2026-01-02T03:04:05.67892Z\"}");
  }

  @Test
  void writesNoTimeAsRiversZeroTime() {
    Place place = new Place(4, "mail", "default", "id", Optional.empty());

    assertThat(json(CursorTokens.encode(place))).endsWith("\"time\":\"0001-01-01T00:00:00Z\"}");
    assertThat(CursorTokens.decode(CursorTokens.encode(place))).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mail", "a<b>", "x·y", "~~~", "???>>>", "\u00ff\u00fe", "😀", "\"\\"})
  void readsWhatItWrote(String kind) {
    Place place = new Place(Long.MAX_VALUE, kind, kind, "scheduled_at", PLACE.time());

    String token = CursorTokens.encode(place);

    assertThat(CursorTokens.decode(token)).isEqualTo(place);
    // so that a client that knows the other alphabet only can read it too
    assertThat(token).matches("[A-Za-z0-9]+={0,2}");
  }

  @Test
  void readsBothAlphabetsWithAndWithoutPadding() {
    byte[] json =
        "{\"id\":4,\"kind\":\"ÿ~ÿ?\",\"queue\":\"ü>q\",\"sort_field\":\"id\",\"time\":\"0001-01-01T00:00:00Z\"}"
            .getBytes(StandardCharsets.UTF_8);
    Place place = new Place(4, "ÿ~ÿ?", "ü>q", "id", Optional.empty());

    for (Base64.Encoder encoder :
        new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
      assertThat(CursorTokens.decode(encoder.encodeToString(json))).isEqualTo(place);
      assertThat(CursorTokens.decode(encoder.withoutPadding().encodeToString(json)))
          .isEqualTo(place);
    }
    assertThat(Base64.getUrlEncoder().encodeToString(json)).containsAnyOf("-", "_");
  }

  /** Composed by hand: the bytes that Go's encoding/json prints, in either alphabet of base64. */
  @ParameterizedTest
  @MethodSource
  void readsTokensOfRiversOtherClients(String token, Place expected) {
    assertThat(CursorTokens.decode(token)).isEqualTo(expected);
  }

  static Stream<Arguments> readsTokensOfRiversOtherClients() {
    return Stream.of(
        arguments(
            "eyJpZCI6MSwia2luZCI6InNpbXBsZSIsInF1ZXVlIjoiZGVmYXVsdCIsInNvcnRfZmllbG"
                + "QiOiJpZCIsInRpbWUiOiIwMDAxLTAxLTAxVDAwOjAwOjAwWiJ9",
            new Place(1, "simple", "default", "id", Optional.empty())),
        arguments(
            "eyJpZCI6OTAwNzE5OTI1NDc0MDk5Mywia2luZCI6In5zb3J0PyIsInF1ZXVlIjoibWFpbC"
                + "IsInNvcnRfZmllbGQiOiJzY2hlZHVsZWRfYXQiLCJ0aW1lIjoiMjAyNi0xMC0wN1QxNDoy"
                + "NTowOS4xMjM0NTY3ODlaIn0=",
            new Place(
                9_007_199_254_740_993L,
                "~sort?",
                "mail",
                "scheduled_at",
                Optional.of(Instant.parse("2026-10-07T14:25:09.123456789Z")))),
        arguments(
            "eyJpZCI6Nywia2luZCI6ImFcdTAwM2NiXHUwMDNlXHUwMDI2wrc_PyIsInF1ZXVlIjoibW"
                + "FpbCIsInNvcnRfZmllbGQiOiJmaW5hbGl6ZWRfYXQiLCJ0aW1lIjoiMjAyNi0xMC0wN1Qx"
                + "NDoyNTowOS4xWiJ9",
            new Place(
                7,
                "a<b>&·??",
                "mail",
                "finalized_at",
                Optional.of(Instant.parse("2026-10-07T14:25:09.1Z")))),
        arguments(
            "eyJpZCI6Nywia2luZCI6ImFcdTAwM2NiXHUwMDNlXHUwMDI2wrc/PyIsInF1ZXVlIjoibW"
                + "FpbCIsInNvcnRfZmllbGQiOiJmaW5hbGl6ZWRfYXQiLCJ0aW1lIjoiMjAyNi0xMC0wN1Qx"
                + "NDoyNTowOS4xWiJ9",
            new Place(
                7,
                "a<b>&·??",
                "mail",
                "finalized_at",
                Optional.of(Instant.parse("2026-10-07T14:25:09.1Z")))),
        arguments(
            "eyJpZCI6MTIsImtpbmQiOiLDv8O_w78iLCJxdWV1ZSI6IsO7w7vDuyIsInNvcnRfZmllbG"
                + "QiOiJ0aW1lIiwidGltZSI6IjIwMjYtMTAtMDdUMTY6MjU6MDkrMDI6MDAifQ==",
            new Place(
                12, "ÿÿÿ", "ûûû", "time", Optional.of(Instant.parse("2026-10-07T14:25:09Z")))),
        arguments(
            "eyJpZCI6MTIsImtpbmQiOiLDv8O/w78iLCJxdWV1ZSI6IsO7w7vDuyIsInNvcnRfZmllbG"
                + "QiOiJ0aW1lIiwidGltZSI6IjIwMjYtMTAtMDdUMTY6MjU6MDkrMDI6MDAifQ==",
            new Place(
                12, "ÿÿÿ", "ûûû", "time", Optional.of(Instant.parse("2026-10-07T14:25:09Z")))));
  }

  @Test
  void readsATimeInAnyZone() {
    String token =
        token(
            "{\"id\":1,\"kind\":\"k\",\"queue\":\"q\",\"sort_field\":\"time\",\"time\":\"2026-01-02T05:04:05+02:00\"}");

    assertThat(CursorTokens.decode(token).time()).contains(Instant.parse("2026-01-02T03:04:05Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "null",
        "{",
        "{\"id\":\"4\",\"sort_field\":\"id\",\"time\":\"0001-01-01T00:00:00Z\"}",
        "{\"id\":4.5,\"sort_field\":\"id\",\"time\":\"0001-01-01T00:00:00Z\"}",
        "{\"id\":99999999999999999999,\"sort_field\":\"id\",\"time\":\"0001-01-01T00:00:00Z\"}",
        "{\"id\":4,\"time\":\"0001-01-01T00:00:00Z\"}",
        "{\"id\":4,\"sort_field\":\"id\",\"time\":\"now\"}",
        "{\"id\":4,\"sort_field\":\"id\"}"
      })
  void refusesWhatIsNoPlace(String json) {
    String token = token(json);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CursorTokens.decode(token))
        .withMessage(
            "a cursor must be the token of a page's next one, got: \"%s\"".formatted(token));
  }

  private static String json(String token) {
    return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
  }

  private static String token(String json) {
    return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
