package dev.river.test.args;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in stored arguments, and what reading them makes of it.
 *
 * @param path where it is, from {@code $}
 * @param stored what is stored there
 * @param value what it is read as; null too if that can't be told
 * @param written what is written when that is stored again
 */
record Spot(
    String path, @Nullable Object stored, @Nullable Object value, @Nullable Object written) {
  Spot {
    value = Values.unwrapped(value);
  }

  /** {@return the place of a member, which may be written under another name} */
  Spot member(String name, String writtenName, @Nullable Object value) {
    return new Spot(
        path + "." + name,
        stored instanceof Map<?, ?> from ? from.get(name) : null,
        value,
        written instanceof Map<?, ?> to ? to.get(writtenName) : null);
  }

  /** {@return the place of an element, which may be written at another place} */
  Spot element(int index, int writtenIndex, @Nullable Object value) {
    return new Spot(
        path + "[" + index + "]",
        stored instanceof List<?> from ? from.get(index) : null,
        value,
        written instanceof List<?> to ? to.get(writtenIndex) : null);
  }
}
