package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.river.work.Upcaster;
import java.util.List;
import java.util.Map;

/** Makes the present version of stored arguments. */
final class Upcasts {
  private Upcasts() {}

  /** {@return arguments after each upcaster that applies to them} */
  static Map<String, Object> apply(ObjectMapper mapper, String json, List<Upcaster> upcasters)
      throws JsonProcessingException {
    Map<String, Object> args = mapper.readValue(json, new TypeReference<Map<String, Object>>() {});
    for (Upcaster upcaster : upcasters) {
      if (upcaster.applies().test(args)) {
        args = upcaster.change().apply(args);
      }
    }
    return args;
  }
}
