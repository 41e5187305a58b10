package dev.river.test;

import dev.river.internal.codec.JsonCodec;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is stored as JSON, entry by entry. */
final class Json {
  /** Reads and writes as clients do. */
  static final JsonCodec CODEC = new JsonCodec();

  private Json() {}

  /** {@return the entries of an object, each as JSON, by name; none of anything else} */
  static Map<String, String> entries(String json) {
    Map<String, String> entries = new TreeMap<>();
    if (CODEC.decodeValue(json, Object.class) instanceof Map<?, ?> object) {
      object.forEach((name, value) -> entries.put(String.valueOf(name), text(value)));
    }
    return entries;
  }

  static String text(@Nullable Object value) {
    return CODEC.encodeValue("a value", value);
  }
}
