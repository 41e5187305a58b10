package dev.river.job;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes records with components that mean nothing, to see what depends on them. */
final class SampleArgs {
  private static final Map<Class<?>, Object> SAMPLES =
      Map.ofEntries(
          Map.entry(String.class, "sample"),
          Map.entry(CharSequence.class, "sample"),
          Map.entry(boolean.class, true),
          Map.entry(Boolean.class, true),
          Map.entry(char.class, 's'),
          Map.entry(Character.class, 's'),
          Map.entry(byte.class, (byte) 7),
          Map.entry(Byte.class, (byte) 7),
          Map.entry(short.class, (short) 7),
          Map.entry(Short.class, (short) 7),
          Map.entry(int.class, 7),
          Map.entry(Integer.class, 7),
          Map.entry(long.class, 7L),
          Map.entry(Long.class, 7L),
          Map.entry(float.class, 7f),
          Map.entry(Float.class, 7f),
          Map.entry(double.class, 7d),
          Map.entry(Double.class, 7d));

  private SampleArgs() {}

  /** {@return an instance; empty if the class is no record, or its constructor refuses it} */
  static Optional<JobArgs> of(Class<? extends JobArgs> argsClass) {
    if (!argsClass.isRecord() || argsClass.getRecordComponents().length == 0) {
      return Optional.empty();
    }
    RecordComponent[] components = argsClass.getRecordComponents();
    try {
      Constructor<? extends JobArgs> constructor =
          argsClass.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return Optional.of(
          constructor.newInstance(
              Arrays.stream(components).map(one -> sample(one.getType())).toArray()));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty(); // what can't be told here is told by the first insert
    }
  }

  private static @Nullable Object sample(Class<?> type) {
    return type.isEnum() && type.getEnumConstants().length > 0
        ? type.getEnumConstants()[type.getEnumConstants().length - 1]
        : SAMPLES.get(type);
  }
}
