package dev.river.internal.insert;

import dev.river.job.JobArgs;
import org.jspecify.annotations.Nullable;

/** The kinds of arguments, which are constants of their classes. */
final class Kinds {
  /** Found once for each class: an instance is made for it that no constructor ran for. */
  private static final ClassValue<String> OF_CLASSES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> argsClass) {
          return JobArgs.kindOf(argsClass.asSubclass(JobArgs.class));
        }
      };

  private Kinds() {}

  /**
   * {@return the kind of arguments}
   *
   * @throws IllegalArgumentException if it is null, invalid, or no constant of their class
   */
  static String of(JobArgs args) {
    @Nullable String kind = args.kind();
    if (kind == null) {
      throw new IllegalArgumentException(
          "kind() must return a constant, but that of %s returned null"
              .formatted(args.getClass().getName()));
    }
    if (!kind.equals(OF_CLASSES.get(args.getClass()))) {
      throw new IllegalArgumentException(
          "kind() must return a constant without looking at the components, but that of %s returned different texts"
              .formatted(args.getClass().getName()));
    }
    return kind;
  }
}
