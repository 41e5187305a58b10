package dev.river.testing;

/** What code of a user's may do to its caller. */
@SuppressWarnings("TypeParameterUnusedInFormals") // it never returns one
public final class Rude {
  private Rude() {}

  /** Throws a checked exception that nobody has announced, as code in Kotlin may. */
  public static <T> T throwsChecked() {
    return Rude.<RuntimeException, T>sneaky(new Exception("checked"));
  }

  /** Leaves the thread's interrupt flag set, and returns. */
  public static <T> T interrupts(T value) {
    Thread.currentThread().interrupt();
    return value;
  }

  /** Does both. */
  public static <T> T interruptsAndThrows() {
    Thread.currentThread().interrupt();
    return throwsChecked();
  }

  @SuppressWarnings("unchecked") // to the compiler it is an E
  private static <E extends Throwable, T> T sneaky(Throwable failure) throws E {
    throw (E) failure;
  }
}
