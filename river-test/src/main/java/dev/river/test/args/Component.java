package dev.river.test.args;

import dev.river.internal.codec.ArgsInspection;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A component of a record that is stored.
 *
 * @param component the component
 * @param name its name in JSON
 * @param names all names under which it is read, this one first
 */
record Component(RecordComponent component, String name, List<String> names) {

  /** {@return the components of a class of records that are stored} */
  static List<Component> of(Class<?> record) {
    Map<String, ArgsInspection.Member> members =
        Json.INSPECTION.members(record).stream()
            .collect(Collectors.toMap(ArgsInspection.Member::component, Function.identity()));
    List<Component> components = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      ArgsInspection.Member member = members.get(component.getName());
      if (member != null) {
        components.add(new Component(component, member.name(), names(member)));
      }
    }
    return components;
  }

  private static List<String> names(ArgsInspection.Member member) {
    return Stream.concat(Stream.of(member.name()), member.aliases().stream()).toList();
  }

  /** {@return the name under which an object has it} */
  Optional<String> nameIn(Map<?, ?> object) {
    return names.stream().filter(object::containsKey).findFirst();
  }

  boolean isPrimitive() {
    return component.getType().isPrimitive();
  }

  Type type() {
    return component.getGenericType();
  }

  @Nullable Object valueIn(Record record) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "component %s of %s can't be read"
              .formatted(component.getName(), record.getClass().getName()),
          e);
    }
  }

  /** {@return whether it may be null} Of which package the annotation is doesn't matter. */
  boolean isNullable() {
    return Stream.of(
            component.getAnnotations(),
            component.getAnnotatedType().getAnnotations(),
            component.getAccessor().getAnnotations())
        .flatMap(Arrays::stream)
        .map(Annotation::annotationType)
        .anyMatch(type -> type.getSimpleName().equals("Nullable"));
  }
}
