package dev.river.job;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a class of arguments for its kind.
 *
 * <p>{@code kind()} is an instance method, and a record's constructor may refuse whatever could be
 * made up for its components. So it is asked on an instance that no constructor ran for, made the
 * way that Java's own serialization makes one: by {@code sun.reflect.ReflectionFactory}, which the
 * module {@code jdk.unsupported} exports for this purpose. It is reached by reflection because the
 * compiler warns of every mention.
 */
final class KindOf {
  private KindOf() {}

  static String argsClass(Class<? extends JobArgs> argsClass) {
    return constant(argsClass, "kind()", JobArgs::kind, Names::checkKind);
  }

  static List<String> aliases(Class<? extends JobArgs> argsClass) {
    return constant(
        argsClass,
        "kindAliases()",
        JobArgs::kindAliases,
        aliases -> aliases.stream().map(Names::checkKind).toList());
  }

  private static <T> T constant(
      Class<? extends JobArgs> argsClass,
      String method,
      Function<JobArgs, T> call,
      UnaryOperator<T> check) {
    check(argsClass);
    @Nullable T value;
    try {
      value = call.apply(withoutConstructor(argsClass));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s must return a constant without looking at the components, but that of %s threw %s"
              .formatted(method, argsClass.getName(), e),
          e);
    }
    if (value == null) {
      throw new IllegalArgumentException(
          "%s must return a constant, but that of %s returned null"
              .formatted(method, argsClass.getName()));
    }
    if (SampleArgs.of(argsClass).map(sample -> differs(sample, call, value)).orElse(false)) {
      throw new IllegalArgumentException(
          "%s must return a constant without looking at the components, but that of %s returned different texts"
              .formatted(method, argsClass.getName()));
    }
    try {
      return check.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(argsClass.getName() + ": " + e.getMessage(), e);
    }
  }

  /** One that throws for components which mean nothing tells nothing either. */
  private static <T> boolean differs(JobArgs sample, Function<JobArgs, T> call, T value) {
    try {
      return !value.equals(call.apply(sample));
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static void check(Class<? extends JobArgs> argsClass) {
    if (argsClass.isInterface() || Modifier.isAbstract(argsClass.getModifiers())) {
      throw new IllegalArgumentException(
          "the class of arguments must be concrete, got: %s; name the record that implements it"
              .formatted(argsClass.getName()));
    }
    if (argsClass.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          "the class of arguments must have no type parameters, got: %s; write a record without any"
              .formatted(argsClass.getName()));
    }
  }

  private static JobArgs withoutConstructor(Class<? extends JobArgs> argsClass) {
    try {
      Class<?> factoryClass = Class.forName("sun.reflect.ReflectionFactory");
      Object factory = factoryClass.getMethod("getReflectionFactory").invoke(null);
      Constructor<?> allocation =
          (Constructor<?>)
              factoryClass
                  .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                  .invoke(factory, argsClass, Object.class.getConstructor());
      return (JobArgs) allocation.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the JDK's module jdk.unsupported is missing", e);
    }
  }
}
