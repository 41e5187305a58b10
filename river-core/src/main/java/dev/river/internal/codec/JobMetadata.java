package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what River keeps in the metadata of jobs, and adds to it. */
public final class JobMetadata {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JobMetadata() {}

  /**
   * {@return a part of a JSON object, as JSON; empty if it is not there or null}
   *
   * @param object a JSON object
   * @param path the names that lead to it
   */
  public static Optional<String> part(String object, String... path) {
    try {
      JsonNode node = MAPPER.readTree(object);
      for (String name : path) {
        node = node.path(name);
      }
      return node.isMissingNode() || node.isNull()
          ? Optional.empty()
          : Optional.of(node.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("must be JSON, got: " + object, e);
    }
  }

  /**
   * {@return the parts of a JSON object, as JSON by name; none if it is something else}
   *
   * @param json JSON
   */
  public static Map<String, String> parts(String json) {
    Map<String, String> parts = new LinkedHashMap<>();
    try {
      MAPPER
          .readTree(json)
          .properties()
          .forEach(part -> parts.put(part.getKey(), part.getValue().toString()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("must be JSON, got: " + json, e);
    }
    return parts;
  }

  /**
   * {@return the log of a job with that of a further attempt, as River's clients write it} Logs of
   * the oldest attempts are left out where all of them would be too long.
   *
   * @param metadata the job's metadata, which holds the log so far
   * @param attempt the attempt
   * @param lines its lines
   * @param maxChars how long all lines together may be
   */
  public static String appendLog(String metadata, int attempt, String lines, int maxChars) {
    ArrayNode log = MAPPER.createArrayNode();
    part(metadata, "river:log").map(JobMetadata::array).ifPresent(log::addAll);
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

  private static ArrayNode array(String json) {
    try {
      return MAPPER.readTree(json) instanceof ArrayNode array ? array : MAPPER.createArrayNode();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was just written can't be read: " + json, e);
    }
  }

  /**
   * {@return how often a job was snoozed, by its metadata} Anything but a number counts as other
   * River clients count it: digits in quotes as their number, true as 1, the rest as 0. So does
   * what can't be read at all: it can't keep the job from being snoozed.
   *
   * @param metadata a JSON object
   */
  public static int snoozes(String metadata) {
    return count(metadata, "snoozes");
  }

  /**
   * {@return how often a job was rescued, by its metadata} Anything but a number counts as that of
   * {@link #snoozes} does.
   *
   * @param metadata a JSON object
   */
  public static int rescues(String metadata) {
    return count(metadata, "river:rescue_count");
  }

  private static int count(String metadata, String name) {
    try {
      JsonNode count = MAPPER.readTree(metadata).path(name);
      return count.isBoolean() ? (count.asBoolean() ? 1 : 0) : (int) count.asDouble(0);
    } catch (JsonProcessingException e) {
      return 0;
    }
  }

  /**
   * {@return when a job was last cancelled while it ran, as it is written in its metadata}
   *
   * @param metadata a JSON object
   */
  public static Optional<String> cancelMark(String metadata) {
    try {
      JsonNode mark = MAPPER.readTree(metadata).path("cancel_attempted_at");
      return mark.isMissingNode() ? Optional.empty() : Optional.of(mark.asText());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
