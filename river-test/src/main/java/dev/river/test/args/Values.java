package dev.river.test.args;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Values of components. */
final class Values {
  private Values() {}

  /** {@return what an Optional holds; any other value itself} */
  static @Nullable Object unwrapped(@Nullable Object value) {
    return value instanceof Optional<?> optional ? optional.orElse(null) : value;
  }

  /** {@return whether a value or a tree says nothing: null, or empty} */
  static boolean isEmpty(@Nullable Object value) {
    return switch (value) {
      case null -> true;
      case Optional<?> optional -> optional.isEmpty();
      case OptionalInt optional -> optional.isEmpty();
      case OptionalLong optional -> optional.isEmpty();
      case OptionalDouble optional -> optional.isEmpty();
      case Collection<?> collection -> collection.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      case String text -> text.isEmpty();
      case Object[] array -> array.length == 0;
      default -> false;
    };
  }

  /** {@return whether it is the value that a primitive has if nobody gives it one} */
  static boolean isZero(@Nullable Object value) {
    return switch (value) {
      case Boolean flag -> !flag;
      case Character letter -> letter == 0;
      case Number number -> number.doubleValue() == 0;
      case null -> false;
      default -> false;
    };
  }

  /**
   * {@return the elements of a collection or an array in their order; nulls if it is neither or has
   * another size}
   */
  static List<@Nullable Object> elements(@Nullable Object value, int size) {
    List<@Nullable Object> elements = new ArrayList<>();
    if (value instanceof Object[] array) {
      Collections.addAll(elements, array);
    } else if (value instanceof Collection<?> collection) {
      elements.addAll(collection);
    }
    if (elements.size() != size) {
      elements.clear();
      for (int i = 0; i < size; i++) {
        elements.add(null);
      }
    }
    return elements;
  }

  /** {@return the value of a map whose key is written so; null if there is none} */
  static @Nullable Object entry(Map<?, ?> map, String name) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (String.valueOf(entry.getKey()).equals(name)) {
        return entry.getValue();
      }
    }
    return null;
  }
}
