package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what River keeps in the metadata of jobs, and adds to it. Only the part that is asked for
 * is read; what lies beside it is passed over, however large it is.
 */
public final class JobMetadata {
  /** Names the time at which a job was cancelled, in its metadata. */
  public static final String CANCEL_MARK = "cancel_attempted_at";

  private static final ObjectMapper MAPPER = RiverMapper.ofTrees();
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,100}");

  private JobMetadata() {}

  /**
   * {@return a part of a JSON object, as JSON; empty if it is not there or null}
   *
   * @param object a JSON object
   * @param path the names that lead to it
   * @throws IllegalArgumentException if it is no JSON, or JSON beyond the limits
   */
  public static Optional<String> part(String object, String... path) {
    try {
      JsonNode node = find(object, path);
      return node.isMissingNode() || node.isNull()
          ? Optional.empty()
          : Optional.of(MAPPER.writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    }
  }

  /**
   * {@return the parts of a JSON object, as JSON by name; none if it is something else}
   *
   * @param json JSON
   * @throws IllegalArgumentException if it is no JSON, or JSON beyond the limits
   */
  public static Map<String, String> parts(String json) {
    Map<String, String> parts = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, JsonNode> part : MAPPER.readTree(json).properties()) {
        parts.put(part.getKey(), MAPPER.writeValueAsString(part.getValue()));
      }
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    }
    return parts;
  }

  private static IllegalArgumentException unreadable(JsonProcessingException e) {
    return new IllegalArgumentException(
        "metadata must be JSON within River's limits: " + JsonProblem.text(e));
  }

  /** {@return what is at a path, or a missing node} */
  private static JsonNode find(String object, String... path) throws JsonProcessingException {
    try (JsonParser parser = MAPPER.getFactory().createParser(object)) {
      parser.nextToken();
      for (String name : path) {
        if (!enter(parser, name)) {
          return MissingNode.getInstance();
        }
      }
      JsonNode found = parser.currentToken() == null ? null : MAPPER.readTree(parser);
      return found == null ? MissingNode.getInstance() : found;
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("a text can't fail to be read", e);
    }
  }

  /** Goes from the start of an object to the value of a name. */
  private static boolean enter(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(name);
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  /**
   * {@return the log of a job with that of a further attempt, as River's clients write it} Logs of
   * the oldest attempts are left out where all of them would be too long.
   *
   * @param metadata the job's metadata, which holds the log so far
   * @param attempt the attempt
   * @param lines its lines
   * @param maxChars how long all lines together may be
   * @throws IllegalArgumentException if the metadata is no JSON, or JSON beyond the limits
   */
  public static String appendLog(String metadata, int attempt, String lines, int maxChars) {
    ArrayNode log = MAPPER.createArrayNode();
    try {
      if (find(metadata, "river:log") instanceof ArrayNode former) {
        log.addAll(former);
      }
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    }
    log.addObject().put("attempt", attempt).put("log", JsonText.storable(lines));
    int chars = 0;
    for (JsonNode entry : log) {
      chars += entry.path("log").asText("").length();
    }
    while (chars > maxChars && log.size() > 1) {
      chars -= log.remove(0).path("log").asText("").length();
    }
    return log.toString();
  }

  /**
   * {@return how often a job was snoozed, by its metadata} Anything but a number counts as other
   * River clients count it: a whole number in quotes as that number, true as 1, a fraction without
   * what is behind the point, the rest as 0. What is larger than a long can be counts as the
   * largest one. So does what can't be read at all count as 0: it can't keep the job from being
   * snoozed.
   *
   * @param metadata a JSON object
   */
  public static long snoozes(String metadata) {
    return count(metadata, "snoozes");
  }

  /**
   * {@return how often a job was rescued, by its metadata} Anything but a number counts as that of
   * {@link #snoozes} does.
   *
   * @param metadata a JSON object
   */
  public static long rescues(String metadata) {
    return count(metadata, "river:rescue_count");
  }

  private static long count(String metadata, String name) {
    try {
      JsonNode count = find(metadata, name);
      if (count.isNumber()) {
        return saturated(count.decimalValue());
      }
      if (count.isTextual() && WHOLE_NUMBER.matcher(count.asText()).matches()) {
        return saturated(new BigDecimal(count.asText()));
      }
      return count.isBoolean() && count.asBoolean() ? 1 : 0;
    } catch (JsonProcessingException e) {
      return 0;
    }
  }

  private static long saturated(BigDecimal count) {
    return count.min(MOST).max(MOST.negate()).longValue();
  }

  /**
   * {@return when a job was last cancelled while it ran, as it is written in its metadata}
   *
   * @param metadata a JSON object
   */
  public static Optional<String> cancelMark(String metadata) {
    try {
      JsonNode mark = find(metadata, CANCEL_MARK);
      return mark.isMissingNode() ? Optional.empty() : Optional.of(mark.asText());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
