package dev.river.test.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Makes instances of setups. */
final class Setups {
  private Setups() {}

  static RiverTestSetup create(Class<? extends RiverTestSetup> type) {
    try {
      Constructor<? extends RiverTestSetup> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(
          "the constructor of the setup %s failed: %s".formatted(type.getName(), cause), cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "a setup must be a class with a constructor without parameters that is neither abstract"
              + " nor an inner class, got: "
              + type.getName(),
          e);
    }
  }
}
