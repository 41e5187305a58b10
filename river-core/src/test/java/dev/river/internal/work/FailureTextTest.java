package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailureTextTest {
  private static final int LONGEST = 16_384;
  private static final String CUT = "\n... (shortened)";

  @Test
  void namesTheClassAndTheMessage() {
    assertThat(FailureText.message(new IllegalStateException("broken")))
        .isEqualTo("java.lang.IllegalStateException: broken");
    assertThat(FailureText.message(new StackOverflowError()))
        .isEqualTo("java.lang.StackOverflowError");
  }

  @Test
  void tracesTheFailureAndItsCauses() {
    Exception failure = new Exception("outer", new IllegalStateException("inner"));

    assertThat(FailureText.trace(failure))
        .startsWith("java.lang.Exception: outer")
        .contains("at %s.tracesTheFailureAndItsCauses".formatted(getClass().getName()))
        .contains("Caused by: java.lang.IllegalStateException: inner");
  }

  private static final class ThrowingText extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("OverrideThrowableToString") // what is tested
    public String toString() {
      throw new UnsupportedOperationException("no text");
    }
  }

  @Test
  void saysThatTheTextOfAFailureThrows() {
    String text =
        "%s (its text can't be had: java.lang.UnsupportedOperationException)"
            .formatted(ThrowingText.class.getName());

    assertThat(FailureText.message(new ThrowingText())).isEqualTo(text);
    assertThat(FailureText.trace(new ThrowingText())).isEqualTo(text);
  }

  private static final class EndlessText extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("InfiniteRecursion") // what is tested
    public String getMessage() {
      return getMessage();
    }

    @Override
    public void printStackTrace(PrintWriter writer) {
      throw new AssertionError("no trace");
    }
  }

  @Test
  void survivesErrorsInTheTextOfAFailure() {
    assertThat(FailureText.message(new EndlessText()))
        .endsWith("(its text can't be had: java.lang.StackOverflowError)");
    assertThat(FailureText.trace(new EndlessText()))
        .endsWith("(its text can't be had: java.lang.AssertionError)");
  }

  private static final class NullText extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String getMessage() {
      return null;
    }

    @Override
    @SuppressWarnings({"NullAway", "OverrideThrowableToString", "ToStringReturnsNull"})
    public String toString() {
      return null;
    }
  }

  @Test
  void survivesAFailureWithoutText() {
    assertThat(FailureText.message(new NullText())).isEqualTo("null");
    assertThat(FailureText.trace(new NullText())).startsWith("null");
  }

  private static final class OwnCause extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return this;
    }
  }

  @Test
  void endsTheTraceOfAFailureThatCausesItself() {
    assertThat(FailureText.trace(new OwnCause()))
        .startsWith(OwnCause.class.getName())
        .contains("CIRCULAR REFERENCE");
  }

  @Test
  void keepsLongTextsWhole() {
    String message = "m".repeat(LONGEST - "java.lang.Exception: ".length());

    assertThat(FailureText.message(new Exception(message)))
        .hasSize(LONGEST)
        .endsWith("mm")
        .startsWith("java.lang.Exception: ");
  }

  @Test
  void shortensGiantTexts() {
    Exception failure = new Exception("m".repeat(10_000_000));

    assertThat(FailureText.message(failure))
        .hasSize(LONGEST)
        .startsWith("java.lang.Exception: mm")
        .endsWith("mm" + CUT);
    assertThat(FailureText.trace(failure)).hasSize(LONGEST).endsWith(CUT);
  }
}
