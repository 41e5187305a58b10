package dev.river.bench.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a client is used.
 *
 * @param history what becomes of its jobs
 * @param inserters how many threads insert at once
 * @param quiet whether it inserts without telling other processes
 */
public record ClientOptions(History history, int inserters, boolean quiet) {

  /** {@return a client that inserts with one thread, and tells of it} */
  public static ClientOptions of(History history) {
    return new ClientOptions(history, 1, false);
  }

  /** {@return the options that were written by {@link #json}} */
  static ClientOptions of(JsonNode json) {
    return new ClientOptions(
        History.valueOf(json.path("history").asText()),
        json.path("inserters").asInt(),
        json.path("quiet").asBoolean());
  }

  /** {@return the same as JSON} */
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("history", history.name())
        .put("inserters", inserters)
        .put("quiet", quiet);
  }

  /** {@return the same with another number of threads that insert} */
  public ClientOptions withInserters(int threads) {
    return new ClientOptions(history, threads, quiet);
  }

  /** {@return the same, but it tells nobody} */
  public ClientOptions quietly() {
    return new ClientOptions(history, inserters, true);
  }
}
