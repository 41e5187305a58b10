package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.river.job.AttemptError;
import dev.river.job.JobArgs;
import java.io.IOException;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes the JSON that is stored with jobs. Thread-safe. */
public final class JsonCodec {
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModules(new JavaTimeModule(), new Jdk8Module())
          .addModule(new GoModule())
          .addModules(ObjectMapper.findModules(JsonCodec.class.getClassLoader()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final UniquePaths uniquePaths = new UniquePaths(mapper);

  /** Creates a codec. */
  public JsonCodec() {}

  /**
   * {@return the arguments as a JSON object, byte for byte as Go's encoding/json writes it}
   *
   * @param args the arguments of a job
   * @throws IllegalArgumentException if Jackson can't write them, if they are no JSON object, or if
   *     PostgreSQL can't store them
   */
  public String encodeArgs(JobArgs args) {
    return encodeObject("args of " + args.getClass().getName(), args);
  }

  /**
   * {@return the part of arguments that tells unique jobs apart, as all River clients put it}
   *
   * @param argsClass the class of the arguments, whose marks say which part that is
   * @param encodedArgs the arguments as {@link #encodeArgs} writes them
   */
  public String uniqueArgs(Class<? extends JobArgs> argsClass, String encodedArgs) {
    List<List<String>> paths = uniquePaths.of(argsClass);
    return paths.isEmpty()
        ? UniqueArgs.whole(encodedArgs)
        : UniqueArgs.selected(encodedArgs, paths);
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

  private String encodeObject(String what, Object value) {
    String json = encode(what, value);
    if (!json.startsWith("{")) {
      throw new IllegalArgumentException("%s must be a JSON object, got: %s".formatted(what, json));
    }
    return JsonText.checkStorable(what, json);
  }

  private String encode(String what, Object value) {
    StringWriter json = new StringWriter();
    try (JsonGenerator plain = mapper.getFactory().createGenerator(json);
        JsonGenerator generator = new GoGenerator(plain)) {
      mapper.writeValue(generator, value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s can't be written as JSON: %s".formatted(what, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s can't be written as JSON: %s".formatted(what, e.getMessage()), e);
    }
    return json.toString();
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
