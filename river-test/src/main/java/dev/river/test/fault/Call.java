package dev.river.test.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/** A call that is passed on to what a proxy stands for. */
final class Call {
  private final Object target;
  private final Method method;
  private final @Nullable Object @Nullable [] args;

  /**
   * Creates it.
   *
   * @param target what the proxy stands for
   * @param method what was called
   * @param args the arguments; null if there are none
   */
  Call(Object target, Method method, @Nullable Object @Nullable [] args) {
    this.target = target;
    this.method = method;
    this.args = args;
  }

  String name() {
    return method.getName();
  }

  /** {@return the first argument; null if there is none} */
  @Nullable Object first() {
    return args == null ? null : args[0];
  }

  /** {@return what the target answers} */
  @Nullable Object run() throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /** {@return the answer of a proxy to what it must answer itself: as what it may be seen} */
  @SuppressWarnings("ReferenceEquality") // proxies are the same only if they are one
  @Nullable Object runOn(Object proxy) throws Throwable {
    return switch (name()) {
      case "equals" -> proxy == first();
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "faulty " + target;
      case "unwrap" -> isSeen(proxy) ? proxy : run();
      case "isWrapperFor" -> isSeen(proxy) || Boolean.TRUE.equals(run());
      default -> throw new IllegalStateException("not for a proxy itself: " + method);
    };
  }

  /** {@return whether it is one that a proxy must answer itself} */
  boolean isForProxy() {
    return method.getDeclaringClass() == Object.class
        || method.getDeclaringClass() == Wrapper.class;
  }

  private boolean isSeen(Object proxy) {
    return first() instanceof Class<?> type && type.isInstance(proxy);
  }
}
