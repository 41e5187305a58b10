package dev.river.test.args;

import dev.river.internal.codec.ArgsInspection;
import dev.river.internal.codec.JsonCodec;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON as trees of maps, lists, texts, numbers, booleans and nulls. */
final class Json {
  static final JsonCodec CODEC = new JsonCodec();
  static final ArgsInspection INSPECTION = new ArgsInspection();

  private static final int LONGEST_TEXT = 100;

  private Json() {}

  /** {@return a tree as JSON, in a length that can be read} */
  static String text(@Nullable Object tree) {
    String json = CODEC.encodeValue("value", tree);
    return json.length() <= LONGEST_TEXT ? json : json.substring(0, LONGEST_TEXT) + "...";
  }

  /** {@return the word for the type of a tree} */
  static String type(@Nullable Object tree) {
    return switch (tree) {
      case null -> "null";
      case Map<?, ?> object -> "object";
      case List<?> list -> "list";
      case Number number -> "number";
      case Boolean flag -> "boolean";
      default -> "text";
    };
  }

  /** {@return whether two trees that are no lists and no objects are the same value} */
  static boolean isSame(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Number && other instanceof Number) {
      return decimal(one).compareTo(decimal(other)) == 0;
    }
    return Objects.equals(one, other);
  }

  private static BigDecimal decimal(Object number) {
    return new BigDecimal(number.toString());
  }

  /** {@return whether a tree has all that another one has, except for members it doesn't know} */
  static boolean covers(@Nullable Object written, @Nullable Object stored) {
    if (stored instanceof Map<?, ?> from && written instanceof Map<?, ?> to) {
      return from.keySet().stream()
          .filter(to::containsKey)
          .allMatch(name -> covers(to.get(name), from.get(name)));
    }
    if (stored instanceof List<?> from && written instanceof List<?> to) {
      return from.size() == to.size() && coversEach(to, from);
    }
    return isSame(stored, written);
  }

  private static boolean coversEach(List<?> written, List<?> stored) {
    for (int i = 0; i < stored.size(); i++) {
      if (!covers(written.get(i), stored.get(i))) {
        return false;
      }
    }
    return true;
  }
}
