package dev.river.internal.work;

import dev.river.internal.service.UserCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Supplier;

/** A failure as text that is fit to be stored, whatever the user's exception class does. */
final class FailureText {
  /** What a job keeps of one failure: its messages and the frames nearest to it fit in well. */
  private static final int LONGEST = 16_384;

  private static final String CUT = "\n... (shortened)";

  private FailureText() {}

  /** {@return the exception's class and message} */
  static String message(Throwable failure) {
    return shortened(guarded(failure, failure::toString));
  }

  /** {@return the exception's stack trace} */
  static String trace(Throwable failure) {
    return shortened(
        guarded(
            failure,
            () -> {
              StringWriter trace = new StringWriter();
              failure.printStackTrace(new PrintWriter(trace));
              return trace.toString();
            }));
  }

  private static String guarded(Throwable failure, Supplier<String> text) {
    return UserCode.call(
        () -> String.valueOf(text.get()),
        e ->
            "%s (its text can't be had: %s)"
                .formatted(failure.getClass().getName(), e.getClass().getName()));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - CUT.length()) + CUT;
  }
}
