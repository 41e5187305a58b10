package dev.river.internal.work;

import dev.river.internal.service.UserCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HexFormat;
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

  /**
   * {@return the text with escapes such as {@code \\u4e2d} in place of some characters} For
   * databases whose encoding does not have them.
   *
   * @param text the text
   * @param lastKept the last character that is left as it is
   */
  static String escaped(String text, int lastKept) {
    return escaped(text, lastKept, "\\u");
  }

  static String escaped(String text, int lastKept, String escape) {
    if (text.chars().allMatch(c -> c <= lastKept)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 64);
    text.chars()
        .forEach(
            c -> {
              if (c <= lastKept) {
                escaped.append((char) c);
              } else {
                escaped.append(escape).append(HexFormat.of().toHexDigits((char) c));
              }
            });
    return escaped.toString();
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
