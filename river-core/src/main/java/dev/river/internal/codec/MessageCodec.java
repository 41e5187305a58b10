package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.Optional;

/** Reads and writes what clients tell each other in notifications. Thread-safe. */
public final class MessageCodec {
  private final ObjectMapper mapper = RiverMapper.ofTrees();

  /** Creates a codec. */
  public MessageCodec() {}

  /**
   * {@return the queue that a notification names; empty if it names none}
   *
   * @param payload what a client of any language and version sent
   */
  public Optional<String> queueOf(String payload) {
    try {
      JsonNode queue = mapper.readTree(payload).path("queue");
      return queue.isTextual() ? Optional.of(queue.asText()) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // notifications are hints, and this one is none for us
    }
  }

  /**
   * {@return what a control notification says; empty if it says nothing that we know}
   *
   * @param payload what a client of any language and version sent
   */
  public Optional<Control> decodeControl(String payload) {
    JsonNode message;
    try {
      message = mapper.readTree(payload);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // notifications are hints, and this one is none for us
    }
    String queue = message.path("queue").asText("");
    return switch (message.path("action").asText("")) {
      case "cancel" -> Optional.of(new Control.Cancel(message.path("job_id").asLong(), queue));
      case "pause" -> Optional.of(new Control.Pause(queue));
      case "resume" -> Optional.of(new Control.Resume(queue));
      case "metadata_changed" ->
          Optional.of(new Control.MetadataChanged(queue, message.path("metadata").toString()));
      default -> Optional.empty();
    };
  }

  /** {@return a control notification as every River client reads it} */
  public String encodeControl(Control control) {
    ObjectNode message = mapper.createObjectNode();
    switch (control) {
      case Control.Cancel cancel -> message.put("action", "cancel").put("job_id", cancel.jobId());
      case Control.Pause pause -> message.put("action", "pause");
      case Control.Resume resume -> message.put("action", "resume");
      case Control.MetadataChanged changed ->
          message
              .put("action", "metadata_changed")
              .putRawValue("metadata", new RawValue(GoEscapes.compact(changed.metadata())));
    }
    return message.put("queue", control.queue()).toString();
  }

  /**
   * {@return what a notification says about the leader; empty if it says nothing that we know}
   *
   * @param payload what a client of any language and version sent
   * @param sender the server process of the session that sent it
   */
  public Optional<LeadershipNews> decodeLeadership(String payload, int sender) {
    try {
      JsonNode message = mapper.readTree(payload);
      return switch (message.path("action").asText("")) {
        case "resigned" ->
            Optional.of(new LeadershipNews.Resigned(message.path("leader_id").asText("")));
        case "request_resign" -> Optional.of(new LeadershipNews.ResignRequested(sender));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      return Optional.empty(); // notifications are hints, and this one is none for us
    }
  }

  /** {@return a notification that asks the leader to resign, as every River client reads it} */
  public String encodeResignRequest() {
    return mapper
        .createObjectNode()
        .put("action", "request_resign")
        .put("leader_id", "")
        .toString();
  }
}
