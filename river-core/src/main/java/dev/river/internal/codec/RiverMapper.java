package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** How JSON is read and written, within {@link JsonLimits}. */
final class RiverMapper {
  private RiverMapper() {}

  /** {@return a mapper for users' values, which are to come back as they were} */
  static ObjectMapper create() {
    JavaTimeModule times =
        new JavaTimeModule().disable(JavaTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID);
    return exact(JsonLimits.ofValues())
        .addModules(times, new Jdk8Module())
        .addModule(new GoModule())
        .addModules(ObjectMapper.findModules(RiverMapper.class.getClassLoader()))
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
        .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /** {@return a mapper for JSON as trees} */
  static ObjectMapper ofTrees() {
    return exact(JsonLimits.ofDocuments()).build();
  }

  /** Where a number's type isn't given, it is read as exactly as it was written. */
  private static JsonMapper.Builder exact(JsonFactory factory) {
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
  }
}
