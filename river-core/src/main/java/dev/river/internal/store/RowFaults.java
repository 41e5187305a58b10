package dev.river.internal.store;

import dev.river.error.DatabaseException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells by a failure whether a row may be at fault, and what may be said of it. */
public final class RowFaults {
  /**
   * What has nothing to do with rows: connections, what a server can't do, cursors, the kind and
   * the state of transactions, prepared statements, logins, conflicts with other transactions,
   * resources, locks, operators, files. Anything else may be one row's: a trigger may raise
   * whatever it likes; what is stored may be too large or damaged.
   */
  private static final Set<String> OTHER_CLASSES =
      Set.of(
          "08", "0A", "24", "25", "26", "28", "2D", "34", "3D", "3F", "40", "53", "55", "57", "58");

  /** A wrong statement or a missing table, unless a function has it, which may be a trigger's. */
  private static final String WRONG_STATEMENT = "42";

  /** A policy refuses a row, or somebody has no right to a table. */
  private static final String NO_PRIVILEGE = "42501";

  private static final String DAMAGED_INDEX = "XX002";

  /** Limits and internal errors: their messages tell numbers, not values. */
  private static final Set<String> TELLABLE_CLASSES = Set.of("53", "54", "XX");

  private static final int LONGEST_MESSAGE = 300;

  private RowFaults() {}

  /**
   * {@return whether a row may be at fault, so that the same statement might do without it} Also
   * where the driver or our own reader refuses a value.
   *
   * @param failure what a statement on several rows threw
   */
  public static boolean mayBe(Throwable failure) {
    if (isOutOfMemory(failure)) {
      return false; // several rows may be at fault for that, or none
    }
    return failure instanceof DatabaseException refusal
        ? refusal.sqlState().filter(state -> mayBe(state, refusal)).isPresent()
        : failure instanceof RuntimeException;
  }

  private static boolean mayBe(String state, DatabaseException refusal) {
    return state.startsWith(WRONG_STATEMENT)
        ? state.equals(NO_PRIVILEGE) || hasContext(refusal)
        : !isOfOtherClass(state) && !state.equals(DAMAGED_INDEX);
  }

  private static boolean hasContext(DatabaseException refusal) {
    return said(refusal).map(ServerErrorMessage::getWhere).isPresent();
  }

  private static Optional<ServerErrorMessage> said(DatabaseException refusal) {
    return refusal.getCause() instanceof PSQLException ofServer
        ? Optional.ofNullable(ofServer.getServerErrorMessage())
        : Optional.empty();
  }

  private static boolean isOfOtherClass(String state) {
    return state.length() != 5 || OTHER_CLASSES.contains(state.substring(0, 2));
  }

  /**
   * {@return whether this process had too little memory} The driver says so by an exception with
   * that cause.
   *
   * @param failure what was thrown
   */
  public static boolean isOutOfMemory(Throwable failure) {
    for (Throwable link = failure; link != null; link = link.getCause()) {
      if (link instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return whether an answer took too long} A row may be at fault for that too: to write it as
   * text can take the server longer than anybody waits.
   *
   * @param failure what was thrown
   */
  public static boolean isTimeout(Throwable failure) {
    if (failure instanceof DatabaseException refusal && refusal.isTimeout()) {
      return true;
    }
    for (Throwable link = failure; link != null; link = link.getCause()) {
      if (link instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return whether the server has refused a statement that was a transaction of its own, or its
   * commit, so that nothing of it is stored} False where nobody can tell.
   *
   * @param failure what was thrown
   */
  public static boolean isRefusal(Throwable failure) {
    return failure instanceof DatabaseException refusal
        && said(refusal).map(ServerErrorMessage::getSeverity).filter("ERROR"::equals).isPresent()
        && refusal.sqlState().filter(state -> !isOfOtherClass(state)).isPresent();
  }

  /** {@return why something failed, without any value of a row} */
  public static String reason(Throwable failure) {
    if (isOutOfMemory(failure)) {
      return "out of memory";
    }
    if (isTimeout(failure)) {
      return "it took too long";
    }
    if (!(failure instanceof DatabaseException refusal)) {
      return failure.getClass().getName();
    }
    String state = "SQLSTATE " + refusal.sqlState().orElse("unknown");
    return said(refusal)
        .filter(said -> refusal.sqlState().filter(RowFaults::isTellable).isPresent())
        .map(said -> state + ": " + shortened(String.valueOf(said.getMessage())))
        .orElse(state);
  }

  private static boolean isTellable(String state) {
    return state.length() == 5 && TELLABLE_CLASSES.contains(state.substring(0, 2));
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
  }
}
