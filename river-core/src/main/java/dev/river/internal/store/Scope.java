package dev.river.internal.store;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Where statements run: in a transaction of our own, or in a caller's. */
public interface Scope {

  /**
   * {@return what the work returns that runs there}
   *
   * @param <T> what the work returns
   * @param work one statement or several
   */
  <T> T call(Function<DSLContext, T> work);

  /**
   * {@return what the work returns that runs there} If it runs in a transaction of our own,
   * somebody is told what it returns when that is committed; a caller's commits later, or never.
   *
   * @param <T> what the work returns
   * @param work one statement or several
   * @param committed is told
   */
  default <T> T call(Function<DSLContext, T> work, Consumer<? super T> committed) {
    return call(work);
  }

  /**
   * {@return what the work returns that changes nothing}
   *
   * @param <T> what the work returns
   * @param work one statement or several
   */
  default <T> T read(Function<DSLContext, T> work) {
    return call(work);
  }

  /**
   * Runs work as {@link #call} does.
   *
   * @param work one statement or several
   */
  default void run(Consumer<DSLContext> work) {
    run(work, () -> {});
  }

  /**
   * Runs work as {@link #call(Function, Consumer)} does.
   *
   * @param work one statement or several
   * @param committed is told
   */
  default void run(Consumer<DSLContext> work, Runnable committed) {
    this.<Boolean>call(
        db -> {
          work.accept(db);
          return true;
        },
        done -> committed.run());
  }
}
