package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.river.work.Retention;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;

/** Writes and reads how long the jobs of a queue are kept, as it is stored with the queue. */
public final class RetentionJson {
  private static final String FOR_EVER = "forever";
  private static final ObjectMapper MAPPER = RiverMapper.ofTrees();

  private RetentionJson() {}

  /** {@return a retention as a JSON object, which says that a client of ours wrote it} */
  public static String encode(Retention retention) {
    ObjectNode json = MAPPER.createObjectNode().put("writer", "java");
    json.put("completed", text(retention.completed()));
    json.put("cancelled", text(retention.cancelled()));
    json.put("discarded", text(retention.discarded()));
    return json.toString();
  }

  private static String text(Optional<Duration> time) {
    return time.map(Duration::toString).orElse(FOR_EVER);
  }

  /** {@return the retention that a JSON value stands for; empty if it stands for none} */
  public static Optional<Retention> decode(String json) {
    try {
      JsonNode stored = MAPPER.readTree(json);
      Retention.Builder builder = Retention.builder();
      time(stored, "completed").ifPresentOrElse(builder::completed, builder::keepCompletedForEver);
      time(stored, "cancelled").ifPresentOrElse(builder::cancelled, builder::keepCancelledForEver);
      time(stored, "discarded").ifPresentOrElse(builder::discarded, builder::keepDiscardedForEver);
      return Optional.of(builder.build());
    } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> time(JsonNode stored, String state) {
    String text = stored.path(state).asText("");
    return text.equals(FOR_EVER) ? Optional.empty() : Optional.of(Duration.parse(text));
  }
}
