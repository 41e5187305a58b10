package dev.river.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Makes objects that answer some calls themselves and pass the others on. */
public final class Proxies {
  private Proxies() {}

  /** Answers a call. */
  @FunctionalInterface
  public interface Answer {
    Object to(Object[] arguments) throws Exception;
  }

  /**
   * Makes one.
   *
   * @param type an interface
   * @param target answers the other calls that are made
   * @param own what it answers itself, by the names of the methods
   */
  public static <T> T of(Class<T> type, Object target, Map<String, Answer> own) {
    return type.cast(
        Proxy.newProxyInstance(
            Proxies.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Answer answer = own.get(method.getName());
              if (answer != null) {
                return answer.to(arguments == null ? new Object[0] : arguments);
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
