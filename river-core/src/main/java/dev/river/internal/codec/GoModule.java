package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.datatype.jsr310.ser.InstantSerializer;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets values be written as Go writes them: maps sorted by name, times without idle zeros. */
final class GoModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  GoModule() {
    super("river-go");
    addSerializer(Instant.class, new Times());
    setSerializerModifier(new MapsAreSorted());
  }

  private static final class Times extends InstantSerializer {
    private static final long serialVersionUID = 1L;

    Times() {
      super(
          InstantSerializer.INSTANCE,
          false,
          false,
          DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(ZoneOffset.UTC));
    }
  }

  private static final class MapsAreSorted extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonSerializer<?> modifyMapSerializer(
        SerializationConfig config,
        MapType type,
        BeanDescription description,
        JsonSerializer<?> serializer) {
      return new SortedMaps(serializer);
    }
  }

  /** Hands a sorted map on. The text of a key other than a string is taken from toString(). */
  private static final class SortedMaps extends JsonSerializer<Object>
      implements ContextualSerializer {
    private static final Comparator<Map.Entry<?, ?>> BY_NAME =
        Comparator.comparing(entry -> String.valueOf(entry.getKey()), Utf8Order.COMPARATOR);

    private final JsonSerializer<Object> unsorted;

    @SuppressWarnings("unchecked") // as Jackson does: a serializer is asked for its own type only
    SortedMaps(JsonSerializer<?> unsorted) {
      this.unsorted = (JsonSerializer<Object>) unsorted;
    }

    @Override
    public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty property)
        throws JsonMappingException {
      return new SortedMaps(provider.handleSecondaryContextualization(unsorted, property));
    }

    @Override
    public void serialize(Object map, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      unsorted.serialize(sorted((Map<?, ?>) map), json, provider);
    }

    @Override
    public void serializeWithType(
        Object map, JsonGenerator json, SerializerProvider provider, TypeSerializer type)
        throws IOException {
      unsorted.serializeWithType(map, json, provider, type);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Object map) {
      return unsorted.isEmpty(provider, map);
    }

    private static Map<Object, Object> sorted(Map<?, ?> map) {
      Map<Object, Object> sorted = new LinkedHashMap<>();
      map.entrySet().stream()
          .sorted(BY_NAME)
          .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
      return sorted;
    }
  }
}
