package dev.river.bench.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;

/**
 * How clients in other processes are spoken to: a JSON object a line, in both directions. What is
 * asked for is in {@code command}; an answer with {@code error} is one of failure. Times are texts,
 * because JavaScript's numbers can't hold them.
 */
final class Wire {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Wire() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ObjectNode request(String command) {
    return object().put("command", command);
  }

  static ObjectNode insert(Insertion insertion) {
    return request("insert")
        .put("way", insertion.way().name())
        .put("first", insertion.first())
        .put("count", insertion.count())
        .put("threads", insertion.threads())
        .put("limitNanos", insertion.limit().toNanos());
  }

  static Insertion insertion(JsonNode json) {
    return new Insertion(
        Insertion.Way.valueOf(json.path("way").asText()),
        json.path("first").asLong(),
        json.path("count").asInt(),
        json.path("threads").asInt(),
        nanos(json, "limitNanos"));
  }

  static ObjectNode of(Inserted inserted) {
    return object()
        .put("count", inserted.count())
        .put("beganAt", Long.toString(inserted.beganAt()))
        .put("endedAt", Long.toString(inserted.endedAt()));
  }

  static Inserted inserted(JsonNode json) {
    return new Inserted(
        json.path("count").asLong(), json.path("beganAt").asLong(), json.path("endedAt").asLong());
  }

  static ObjectNode offer(Load load) {
    return request("offer")
        .put("first", load.first())
        .put("batch", load.batch())
        .put("calls", load.calls())
        .put("intervalNanos", load.interval().toNanos())
        .put("lengthNanos", load.length().toNanos());
  }

  static Load load(JsonNode json) {
    return new Load(
        json.path("first").asLong(),
        json.path("batch").asInt(),
        nanos(json, "intervalNanos"),
        nanos(json, "lengthNanos"));
  }

  static ObjectNode start(Work work) {
    ObjectNode request =
        request("start")
            .put("workers", work.workers())
            .put("first", work.first())
            .put("count", work.count());
    ObjectNode task = request.putObject("task");
    switch (work.task()) {
      case Work.Nothing nothing -> task.put("kind", "nothing");
      case Work.Sleep sleep -> task.put("kind", "sleep").put("millis", sleep.time().toMillis());
      case Work.Block block -> task.put("kind", "block");
    }
    return request;
  }

  static Work work(JsonNode json) {
    JsonNode task = json.path("task");
    return new Work(
        json.path("workers").asInt(),
        switch (task.path("kind").asText()) {
          case "sleep" -> new Work.Sleep(Duration.ofMillis(task.path("millis").asLong()));
          case "block" -> new Work.Block();
          default -> new Work.Nothing();
        },
        json.path("first").asLong(),
        json.path("count").asInt());
  }

  static String text(long[] times) {
    ByteBuffer bytes =
        ByteBuffer.allocate(times.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(times);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static long[] times(JsonNode text) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(text.asText())).order(ByteOrder.LITTLE_ENDIAN);
    long[] times = new long[bytes.capacity() / Long.BYTES];
    bytes.asLongBuffer().get(times);
    return times;
  }

  private static Duration nanos(JsonNode json, String name) {
    return Duration.ofNanos(json.path(name).asLong());
  }
}
