package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.river.work.Upcaster;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks into stored arguments as {@link JsonCodec} reads them, for those who compare versions of
 * them. A tree is JSON as maps, lists, texts, numbers, booleans and nulls, with numbers as exact as
 * they were written. Thread-safe.
 */
public final class ArgsInspection {
  private final ObjectMapper mapper = RiverMapper.create();
  private final ObjectReader trees =
      mapper.readerFor(Object.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Creates it. */
  public ArgsInspection() {}

  /**
   * A component of a record as it is called in JSON.
   *
   * @param component the component
   * @param name its name in JSON
   * @param aliases other names under which it is read
   */
  public record Member(String component, String name, List<String> aliases) {}

  /**
   * {@return JSON as a tree}
   *
   * @param json one value
   * @throws IllegalArgumentException if it is no JSON
   */
  public @Nullable Object tree(String json) {
    try {
      return trees.readValue(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + JsonProblem.text(e));
    }
  }

  /**
   * {@return the tree of stored arguments after the upcasters that apply to them, which is what
   * their class gets to read}
   *
   * @param json a JSON object
   * @param upcasters what makes the present version of older ones
   * @throws IllegalArgumentException if it is no JSON object, or an upcaster fails
   */
  public @Nullable Object upcast(String json, List<Upcaster> upcasters) {
    if (upcasters.isEmpty()) {
      return tree(json);
    }
    try {
      return tree(mapper.writeValueAsString(Upcasts.apply(mapper, json, upcasters)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON object: " + JsonProblem.text(e));
    } catch (RuntimeException e) { // an upcaster may throw anything
      throw new IllegalArgumentException("an upcaster failed: " + e, e);
    }
  }

  /**
   * {@return the components of a record that are written to JSON, by the names under which they are
   * read}
   *
   * @param record a class of records
   */
  public List<Member> members(Class<?> record) {
    JavaType type = mapper.constructType(record);
    Set<String> written =
        mapper.getSerializationConfig().introspect(type).findProperties().stream()
            .map(BeanPropertyDefinition::getInternalName)
            .collect(Collectors.toSet());
    return mapper.getDeserializationConfig().introspect(type).findProperties().stream()
        .filter(property -> written.contains(property.getInternalName()))
        .map(ArgsInspection::member)
        .toList();
  }

  private static Member member(BeanPropertyDefinition property) {
    return new Member(
        property.getInternalName(),
        property.getName(),
        property.findAliases().stream().map(PropertyName::getSimpleName).toList());
  }

  /**
   * {@return what becomes of a tree that is read as a type and written again; empty if it can't be}
   *
   * @param tree the tree
   * @param type the type of a component
   */
  public Optional<Object> readAs(Object tree, Type type) {
    try {
      @Nullable Object value =
          mapper.readValue(mapper.writeValueAsString(tree), mapper.constructType(type));
      return Optional.ofNullable(tree(mapper.writeValueAsString(value)));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
