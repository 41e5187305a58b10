package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.river.job.AttemptError;
import dev.river.job.JobArgs;
import dev.river.work.Upcaster;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads and writes the JSON that is stored with jobs. Thread-safe. */
public final class JsonCodec {
  private static final Comparator<JsonNode> BY_NUMBER =
      (one, other) ->
          one.isNumber() && other.isNumber()
              ? one.decimalValue().compareTo(other.decimalValue())
              : one.equals(other) ? 0 : 1;
  private static final int MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

  private final ObjectMapper mapper = RiverMapper.create();

  private final ObjectReader oneValue =
      mapper.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

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
   * {@return JSON that someone else has written, if it can be stored as the arguments of a job}
   *
   * @param json the text
   * @throws IllegalArgumentException if it is no JSON object, or if PostgreSQL can't store it
   */
  public String checkArgs(String json) {
    try {
      if (!oneValue.readTree(json).isObject()) {
        throw new IllegalArgumentException("encodedArgs must be a JSON object, got: " + json);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "encodedArgs must be a JSON object (%s), got: %s".formatted(e.getOriginalMessage(), json),
          e);
    }
    return JsonText.checkStorable("encodedArgs", json);
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
   * {@return a value as JSON}
   *
   * @param what names it in errors
   * @param value anything that Jackson can write
   * @throws IllegalArgumentException if Jackson can't write it, or PostgreSQL can't store it
   */
  public String encodeValue(String what, @Nullable Object value) {
    return JsonText.checkStorable(what, encode(what, value));
  }

  /**
   * {@return a value that JSON stands for}
   *
   * @param <T> its class
   * @param json the JSON
   * @param type its class
   * @throws IllegalArgumentException if the JSON does not fit the class
   */
  public <T> T decodeValue(String json, Class<T> type) {
    try {
      return Objects.requireNonNull(mapper.readValue(json, type), "null");
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IllegalArgumentException(
          "JSON can't be read as %s: %s".formatted(type.getName(), e.getMessage()), e);
    }
  }

  /**
   * {@return a JSON object}
   *
   * @param values JSON by name
   */
  public String encodeObject(Map<String, String> values) {
    ObjectNode object = mapper.createObjectNode();
    values.forEach((name, json) -> object.putRawValue(name, new RawValue(json)));
    return object.toString();
  }

  /**
   * {@return a job's output as JSON}
   *
   * @param output a value of any kind
   * @throws IllegalArgumentException if Jackson can't write it, if PostgreSQL can't store it, or if
   *     it is larger than 32 MB
   */
  public String encodeOutput(@Nullable Object output) {
    String json = encodeValue("output", output);
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_OUTPUT_BYTES) {
      throw new IllegalArgumentException(
          "output must have at most %s bytes of JSON, got: %s".formatted(MAX_OUTPUT_BYTES, bytes));
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
    return decodeArgs(json, argsClass, List.of());
  }

  /**
   * {@return the arguments that a JSON object stands for that may be of an older version}
   *
   * @param <T> their class
   * @param json a JSON object
   * @param argsClass their class
   * @param upcasters what makes the present version of older ones
   * @throws UndecodableArgsException if the JSON does not fit the class, or an upcaster fails
   */
  public <T extends JobArgs> T decodeArgs(String json, Class<T> argsClass, List<Upcaster> upcasters)
      throws UndecodableArgsException {
    try {
      @Nullable T args = read(json, argsClass, upcasters);
      if (args == null) {
        throw new UndecodableArgsException(argsClass, "it is null", null);
      }
      return args;
    } catch (JsonProcessingException e) {
      throw new UndecodableArgsException(argsClass, e.getOriginalMessage(), e);
    } catch (RuntimeException e) { // an upcaster, or a record's constructor behind one
      throw new UndecodableArgsException(argsClass, String.valueOf(e.getMessage()), e);
    }
  }

  private <T> @Nullable T read(String json, Class<T> argsClass, List<Upcaster> upcasters)
      throws JsonProcessingException {
    if (upcasters.isEmpty()) {
      return mapper.readValue(json, argsClass);
    }
    return mapper.convertValue(Upcasts.apply(mapper, json, upcasters), argsClass);
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
   * {@return whether a JSON object has all of some entries} It may have others too. Numbers are
   * compared by their value.
   *
   * @param json a JSON object
   * @param entries values by name
   * @throws IllegalArgumentException if the entries can't be written as JSON
   */
  public boolean hasEntries(String json, Map<String, ?> entries) {
    try {
      JsonNode object = mapper.readTree(json);
      return mapper.readTree(encodeMetadata(entries)).properties().stream()
          .allMatch(entry -> entry.getValue().equals(BY_NUMBER, object.path(entry.getKey())));
    } catch (JsonProcessingException e) {
      return false; // nobody can tell
    }
  }

  private String encodeObject(String what, Object value) {
    String json = encodeValue(what, value);
    if (!json.startsWith("{")) {
      throw new IllegalArgumentException("%s must be a JSON object, got: %s".formatted(what, json));
    }
    return json;
  }

  private String encode(String what, @Nullable Object value) {
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
