package dev.river.error;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An extension did not let a job be inserted, so nothing of the call was. Its cause is what the
 * extension threw.
 */
public final class InsertRefusedException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final @Nullable Long position;

  /**
   * Creates it.
   *
   * @param message which job was refused by what, and why
   * @param kind the kind of the job
   * @param position its place among the jobs of the call, from 0; null if it was the only one
   * @param cause what the extension threw
   */
  public InsertRefusedException(
      String message, String kind, @Nullable Long position, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.position = position;
  }

  /** {@return the kind of the job} */
  public String kind() {
    return kind;
  }

  /**
   * {@return the job's place among those of the call, counted from 0} Empty if the call was for one
   * job.
   */
  public OptionalLong position() {
    return position == null ? OptionalLong.empty() : OptionalLong.of(position);
  }
}
