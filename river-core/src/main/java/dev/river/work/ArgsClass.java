package dev.river.work;

import dev.river.job.JobArgs;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the class of arguments in the generic type of a worker. */
final class ArgsClass {
  private ArgsClass() {}

  /** {@return the {@code T} of the {@code Worker<T>} that a class implements} */
  static Class<? extends JobArgs> ofWorker(Class<?> workerClass) {
    Type args = argsType(workerClass, Map.of());
    if (args instanceof Class<?> argsClass && JobArgs.class.isAssignableFrom(argsClass)) {
      return argsClass.asSubclass(JobArgs.class);
    }
    if (args instanceof ParameterizedType) {
      throw new IllegalArgumentException(
          "the class of arguments must have no type parameters, got: %s of %s; write a record without any"
              .formatted(args.getTypeName(), workerClass.getName()));
    }
    throw new IllegalArgumentException(
        "the type of %s doesn't tell its class of arguments: let it implement Worker<YourArgs>, or name the class with add(YourArgs.class, (job, context) -> ...)"
            .formatted(workerClass.getName()));
  }

  /** Walks up from a class to {@code Worker}, carrying what its type variables stand for. */
  private static @Nullable Type argsType(Class<?> type, Map<TypeVariable<?>, Type> bindings) {
    for (Type parent : type.getGenericInterfaces()) {
      Type found = argsTypeOfParent(parent, bindings);
      if (found != null) {
        return found;
      }
    }
    Type superclass = type.getGenericSuperclass();
    return superclass == null ? null : argsTypeOfParent(superclass, bindings);
  }

  private static @Nullable Type argsTypeOfParent(Type parent, Map<TypeVariable<?>, Type> bindings) {
    if (parent instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Map<TypeVariable<?>, Type> ofParent = bind(raw, generic, bindings);
      return raw == Worker.class
          ? ofParent.get(Worker.class.getTypeParameters()[0])
          : argsType(raw, ofParent);
    }
    return parent == Worker.class ? null : argsType((Class<?>) parent, Map.of());
  }

  private static Map<TypeVariable<?>, Type> bind(
      Class<?> raw, ParameterizedType generic, Map<TypeVariable<?>, Type> bindings) {
    Map<TypeVariable<?>, Type> bound = new HashMap<>();
    for (int i = 0; i < raw.getTypeParameters().length; i++) {
      Type argument = generic.getActualTypeArguments()[i];
      bound.put(raw.getTypeParameters()[i], bindings.getOrDefault(argument, argument));
    }
    return bound;
  }
}
