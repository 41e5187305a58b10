package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The part of encoded arguments that tells unique jobs apart. Values keep the text that they have;
 * only the names of the top level are brought into an order.
 */
final class UniqueArgs {
  private static final JsonFactory JSON = JsonLimits.ofDocuments();

  private UniqueArgs() {}

  /** {@return a JSON object with its names sorted} Of equal names the first one counts. */
  static String whole(String object) {
    Map<String, String> sorted = new TreeMap<>(Utf8Order.COMPARATOR);
    sorted.putAll(members(object));
    return write(sorted);
  }

  /**
   * {@return what a JSON object has at some paths, in their order; an empty text if it has none}
   *
   * @param object a JSON object
   * @param paths names from the outside in; no path is the beginning of another
   */
  static String selected(String object, List<List<String>> paths) {
    Map<String, Object> selected = new LinkedHashMap<>();
    for (List<String> path : paths) {
      find(object, path).ifPresent(value -> put(selected, path, value));
    }
    return selected.isEmpty() ? "" : write(selected);
  }

  private static Optional<String> find(String object, List<String> path) {
    String value = object;
    for (String name : path) {
      String inner = members(value).get(name);
      if (inner == null) {
        return Optional.empty();
      }
      value = inner;
    }
    return Optional.of(value);
  }

  @SuppressWarnings("unchecked") // an inner object is a map, as it was put there below
  private static void put(Map<String, Object> object, List<String> path, String value) {
    Map<String, Object> inner = object;
    for (String name : path.subList(0, path.size() - 1)) {
      inner = (Map<String, Object>) inner.computeIfAbsent(name, any -> new LinkedHashMap<>());
    }
    inner.put(path.getLast(), value);
  }

  private static String write(Map<String, ?> object) {
    return object.entrySet().stream()
        .map(member -> quote(member.getKey()) + ":" + writeValue(member.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  @SuppressWarnings("unchecked") // see put
  private static String writeValue(Object value) {
    return value instanceof String json ? json : write((Map<String, Object>) value);
  }

  /** A name is written as it is, unless one of its characters makes Go escape all of them. */
  private static String quote(String name) {
    boolean plain = name.chars().allMatch(c -> c >= ' ' && c <= 0x7f && c != '"' && c != '\\');
    return plain ? '"' + name + '"' : GoEscapes.quote(name);
  }

  /** {@return the text of an object's values by name; none if it is no object} */
  private static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          long start = parser.currentTokenLocation().getCharOffset();
          parser.skipChildren();
          parser.finishToken();
          long end = parser.currentLocation().getCharOffset();
          members.putIfAbsent(name, json.substring((int) start, (int) end));
        }
      }
      return members;
    } catch (IOException e) {
      throw new IllegalArgumentException("args can't be read back: " + JsonProblem.text(e));
    }
  }
}
