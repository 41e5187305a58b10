package dev.river.internal.codec;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Classes of the JDK that Jackson writes, but that don't come back as they were. */
final class JdkTypes {
  private static final List<String> PREFIXES =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private JdkTypes() {}

  /** {@return why values of a class don't come back, if they don't} */
  static Optional<String> problem(Class<?> type) {
    if (Throwable.class.isAssignableFrom(type)) {
      return Optional.of("is a %s: keep its text instead".formatted(type.getName()));
    }
    if (type == Class.class || ClassLoader.class.isAssignableFrom(type)) {
      return Optional.of("is a %s: keep its name instead".formatted(type.getName()));
    }
    if (Thread.class.isAssignableFrom(type)) {
      return Optional.of("is a %s, which can't be stored".formatted(type.getName()));
    }
    return Optional.empty();
  }

  /** {@return whether a class belongs to the JDK} */
  static boolean isOfJdk(Class<?> type) {
    return PREFIXES.stream().anyMatch(type.getName()::startsWith);
  }

  /** {@return whether a class was compiled from Kotlin} */
  static boolean isKotlin(Class<?> type) {
    return Arrays.stream(type.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(annotation -> annotation.getName().equals("kotlin.Metadata"));
  }
}
