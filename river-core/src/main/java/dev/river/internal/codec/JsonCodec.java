package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.river.job.AttemptError;
import dev.river.job.JobArgs;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes the JSON that is stored with jobs. Thread-safe. */
public final class JsonCodec {
  private static final int MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModules(new JavaTimeModule(), new Jdk8Module())
          .addModules(ObjectMapper.findModules(JsonCodec.class.getClassLoader()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Creates a codec. */
  public JsonCodec() {}

  /**
   * {@return the arguments as a JSON object}
   *
   * @param args the arguments of a job
   * @throws IllegalArgumentException if Jackson can't write them, if they are no JSON object, or if
   *     PostgreSQL can't store them
   */
  public String encodeArgs(JobArgs args) {
    return encodeObject("args of " + args.getClass().getName(), args);
  }

  /**
   * {@return metadata as a JSON object}
   *
   * @param metadata values by name
   * @throws IllegalArgumentException as {@link #encodeArgs} does
   */
  public String encodeMetadata(Map<String, ?> metadata) {
    return encodeObject("metadata", metadata);
  }

  /**
   * {@return a job's output as JSON}
   *
   * @param output a value of any kind
   * @throws IllegalArgumentException if Jackson can't write it, if PostgreSQL can't store it, or if
   *     it is larger than 32 MB
   */
  public String encodeOutput(Object output) {
    String json = JsonText.checkStorable("output", encode("output", output));
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_OUTPUT_BYTES) {
      throw new IllegalArgumentException(
          "output must be at most %d bytes of JSON (32 MB), got: %d"
              .formatted(MAX_OUTPUT_BYTES, bytes));
    }
    return json;
  }

  /**
   * {@return the arguments that a JSON object stands for}
   *
   * @param <T> their class
   * @param json a JSON object
   * @param argsClass their class
   * @throws UndecodableArgsException if the JSON does not fit the class
   */
  public <T extends JobArgs> T decodeArgs(String json, Class<T> argsClass)
      throws UndecodableArgsException {
    try {
      @Nullable T args = mapper.readValue(json, argsClass);
      if (args == null) {
        throw new UndecodableArgsException(argsClass, "it is null", null);
      }
      return args;
    } catch (JsonProcessingException e) {
      throw new UndecodableArgsException(argsClass, e.getOriginalMessage(), e);
    }
  }

  /** {@return an attempt's error as every River client writes it} */
  public String encodeError(AttemptError error) {
    ObjectNode node = mapper.createObjectNode();
    node.put("at", error.at().toString());
    node.put("attempt", error.attempt());
    node.put("error", JsonText.storable(error.error()));
    node.put("trace", JsonText.storable(error.trace()));
    return node.toString();
  }

  /**
   * {@return an attempt's error, as well as it can be read} Whatever another client may have
   * stored, it can't keep the job from being worked.
   *
   * @param json what is stored; null if an element is NULL
   */
  public AttemptError decodeError(@Nullable String json) {
    try {
      JsonNode node = mapper.readTree(json == null ? "null" : json);
      return new AttemptError(
          instant(node.path("at").asText("")),
          node.path("attempt").asInt(0),
          node.isObject() ? node.path("error").asText("") : node.toString(),
          node.path("trace").asText(""));
    } catch (JsonProcessingException e) {
      return new AttemptError(Instant.EPOCH, 0, String.valueOf(json), "");
    }
  }

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
              .putRawValue("metadata", new RawValue(changed.metadata()));
    }
    return message.put("queue", control.queue()).toString();
  }

  /**
   * {@return how often a job was snoozed, by its metadata} Anything but a number counts as other
   * River clients count it: digits in quotes as their number, true as 1, the rest as 0. So does
   * what can't be read at all: it can't keep the job from being snoozed.
   *
   * @param metadata a JSON object
   */
  public int snoozes(String metadata) {
    try {
      JsonNode snoozes = mapper.readTree(metadata).path("snoozes");
      return snoozes.isBoolean() ? (snoozes.asBoolean() ? 1 : 0) : (int) snoozes.asDouble(0);
    } catch (JsonProcessingException e) {
      return 0;
    }
  }

  /**
   * {@return when a job was last cancelled while it ran, as it is written in its metadata}
   *
   * @param metadata a JSON object
   */
  public Optional<String> cancelMark(String metadata) {
    try {
      JsonNode mark = mapper.readTree(metadata).path("cancel_attempted_at");
      return mark.isMissingNode() ? Optional.empty() : Optional.of(mark.asText());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private String encode(String what, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s can't be written as JSON: %s".formatted(what, e.getOriginalMessage()), e);
    }
  }

  private String encodeObject(String what, Object value) {
    String json = encode(what, value);
    if (!json.startsWith("{")) {
      throw new IllegalArgumentException("%s must be a JSON object, got: %s".formatted(what, json));
    }
    return JsonText.checkStorable(what, json);
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
