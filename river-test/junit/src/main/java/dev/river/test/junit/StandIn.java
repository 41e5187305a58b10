package dev.river.test.junit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** An object that does most things as another one does them, and is equal to itself only. */
abstract class StandIn implements InvocationHandler {
  private final Object original;

  StandIn(Object original) {
    this.original = original;
  }

  /** {@return it, to be called} */
  final <T> T as(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(StandIn.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  @Override
  public final @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "equals" -> arguments != null && isThis(arguments[0]);
      case "hashCode" -> hashCode();
      default -> answer(method, arguments);
    };
  }

  /** Does what was asked for; what is not handled otherwise goes to {@link #pass}. */
  abstract @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Throwable;

  final @Nullable Object pass(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(original, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private boolean isThis(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && equals(Proxy.getInvocationHandler(other));
  }
}
