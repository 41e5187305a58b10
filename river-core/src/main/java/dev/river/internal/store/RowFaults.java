package dev.river.internal.store;

import dev.river.error.DatabaseException;
import dev.river.error.DatabaseException.Reason;
import dev.river.error.SqlFault;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells by a failure whether a row may be at fault, and what may be said of it. */
public final class RowFaults {
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
        ? refusal.fault().mayBeOfRow(hasContext(refusal)) || isRaisedAnyway(refusal)
        : failure instanceof RuntimeException;
  }

  /**
   * {@return whether a row is at fault rather than a missing privilege, table or the like} Where it
   * is false, another row with which the statement succeeds shows it.
   *
   * @param failure of which {@link #mayBe} is true
   */
  public static boolean isCertain(Throwable failure) {
    return !(failure instanceof DatabaseException refusal)
        || isRaised(refusal)
        || switch (refusal.fault()) {
          case PRIVILEGE, NO_TABLE, NO_OBJECT, WRONG_STATEMENT -> false;
          default -> true;
        };
  }

  /** A trigger may raise whatever it likes; but what it raises as a conflict may pass. */
  private static boolean isRaisedAnyway(DatabaseException refusal) {
    return refusal.reason() == Reason.OTHER && isRaised(refusal);
  }

  private static boolean isRaised(DatabaseException refusal) {
    return said(refusal).filter(RaisedException::isRaised).isPresent();
  }

  private static boolean hasContext(DatabaseException refusal) {
    return said(refusal).map(ServerErrorMessage::getWhere).isPresent();
  }

  private static Optional<ServerErrorMessage> said(DatabaseException refusal) {
    return refusal.getCause() instanceof PSQLException ofServer
        ? Optional.ofNullable(ofServer.getServerErrorMessage())
        : Optional.empty();
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
        && isOfStatement(refusal);
  }

  private static boolean isOfStatement(DatabaseException refusal) {
    return refusal.fault().mayBeOfRow(true)
        || refusal.fault() == SqlFault.DAMAGED_INDEX
        || isRaisedAnyway(refusal);
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
        .filter(said -> refusal.fault().isTellable())
        .map(said -> state + ": " + shortened(String.valueOf(said.getMessage())))
        .orElse(state);
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
  }
}
