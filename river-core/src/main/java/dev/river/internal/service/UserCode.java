package dev.river.internal.service;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Calls what users have written: extensions, handlers, policies, subscribers. It may throw
 * anything, checked exceptions too, which Kotlin throws unannounced, and it may leave the thread's
 * interrupt flag set. Neither goes any further than this: afterwards the flag is as it was before,
 * so that what we wait for next, or a statement of ours, is not cut short.
 */
public final class UserCode {
  private UserCode() {}

  /** Code of a user's that returns nothing. */
  @FunctionalInterface
  public interface Action {

    /** Runs it. */
    void run() throws Exception;
  }

  /**
   * {@return what the code returns, or what is used in its place if it throws}
   *
   * @param <T> what it returns
   * @param code the code
   * @param otherwise gets what it threw
   */
  public static <T extends @Nullable Object> T call(
      Callable<? extends T> code, Function<Throwable, ? extends T> otherwise) {
    boolean interrupted = Thread.interrupted();
    Throwable failure;
    try {
      return code.call();
    } catch (Throwable thrown) {
      failure = thrown;
    } finally {
      restore(interrupted);
    }
    return otherwise.apply(failure);
  }

  /**
   * Runs code.
   *
   * @param code the code
   * @param failed gets what it threw
   */
  public static void run(Action code, Consumer<Throwable> failed) {
    UserCode.<@Nullable Object>call(
        () -> {
          code.run();
          return null;
        },
        failure -> {
          failed.accept(failure);
          return null;
        });
  }

  /**
   * Logs what a user's code threw. Even the text of that may be code that throws; then its class is
   * logged alone.
   *
   * @param log where
   * @param level at which level
   * @param failure what was thrown
   * @param message what has failed
   * @param arguments what stands for the placeholders of the message
   */
  public static void log(
      Logger log, Level level, Throwable failure, String message, @Nullable Object... arguments) {
    run(
        () -> log.atLevel(level).setCause(failure).log(message, arguments),
        second ->
            run(
                () ->
                    log.atLevel(level)
                        .log(message + " ({})", with(arguments, failure.getClass().getName())),
                unloggable -> {})); // the log itself is broken, and that can't be logged
  }

  private static @Nullable Object[] with(@Nullable Object[] arguments, Object last) {
    @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    } else {
      Thread.interrupted();
    }
  }
}
