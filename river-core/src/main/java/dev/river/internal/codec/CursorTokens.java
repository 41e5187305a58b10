package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads places in lists of jobs as River clients of all languages do: base64 of a JSON
 * object.
 */
public final class CursorTokens {
  /** What stands for no time. */
  private static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  /** As many digits of a second's fraction as there are, none for a full second. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(-1).toFormatter(Locale.ROOT);

  private static final ObjectMapper MAPPER = RiverMapper.ofTrees();

  private CursorTokens() {}

  /**
   * A place in a list: behind a job.
   *
   * @param id the job
   * @param kind its kind
   * @param queue its queue
   * @param sortField what the list is sorted by
   * @param time the time by which the job has its place; empty if there is none
   */
  public record Place(
      long id, String kind, String queue, String sortField, Optional<Instant> time) {}

  /** {@return the token of a place} */
  public static String encode(Place place) {
    String json =
        MAPPER
            .createObjectNode()
            .put("id", place.id())
            .put("kind", place.kind())
            .put("queue", place.queue())
            .put("sort_field", place.sortField())
            .put("time", TIME.format(place.time().orElse(ZERO)))
            .toString();
    return Base64.getUrlEncoder().encodeToString(plain(json).getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * {@return the place that a token stands for}
   *
   * @param token base64 in either alphabet, with or without padding: clients differ
   * @throws IllegalArgumentException if it is none
   */
  public static Place decode(String token) {
    try {
      JsonNode json = MAPPER.readTree(text(token));
      if (!json.path("id").canConvertToLong()
          || !json.path("id").isIntegralNumber()
          || !json.path("sort_field").isTextual()) {
        throw invalid(token, null);
      }
      Instant time = OffsetDateTime.parse(json.path("time").asText("")).toInstant();
      return new Place(
          json.path("id").asLong(),
          json.path("kind").asText(""),
          json.path("queue").asText(""),
          json.path("sort_field").asText(),
          time.equals(ZERO) ? Optional.empty() : Optional.of(time));
    } catch (JsonProcessingException | DateTimeException e) {
      throw invalid(token, e);
    }
  }

  private static String text(String token) {
    String base64 = token.replace('-', '+').replace('_', '/').replaceFirst("={1,2}$", "");
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid(token, e);
    }
  }

  /**
   * {@return the same JSON, without the characters that make the two alphabets of base64 differ}
   * River's own client writes one alphabet and reads the other.
   */
  private static String plain(String json) {
    StringBuilder plain = new StringBuilder(json.length());
    json.chars()
        .forEach(
            c -> {
              if (c > '}' || "<>&?".indexOf(c) >= 0) {
                plain.append("\\u").append(HexFormat.of().toHexDigits((char) c));
              } else {
                plain.append((char) c);
              }
            });
    return plain.toString();
  }

  private static IllegalArgumentException invalid(String token, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "a cursor must be the token of a page's next one, got: \"%s\"".formatted(token), cause);
  }
}
