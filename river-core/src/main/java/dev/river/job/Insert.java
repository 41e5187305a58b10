package dev.river.job;

import java.util.Objects;

/**
 * A job to insert together with others.
 *
 * @param <T> the class of its arguments
 * @param args its arguments
 * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
 */
public record Insert<T extends JobArgs>(T args, InsertOpts opts) {

  /** Refuses null. */
  public Insert {
    Objects.requireNonNull(args, "args");
    Objects.requireNonNull(opts, "opts");
  }

  /**
   * {@return a job with the options of its class}
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   */
  public static <T extends JobArgs> Insert<T> of(T args) {
    return new Insert<>(args, InsertOpts.defaults());
  }

  /**
   * {@return a job with options of its own}
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   */
  public static <T extends JobArgs> Insert<T> of(T args, InsertOpts opts) {
    return new Insert<>(args, opts);
  }

  /** {@return the class of the arguments, without what is in them, and the options} */
  @Override
  public String toString() {
    return "Insert[args=%s, opts=%s]".formatted(args.getClass().getName(), opts);
  }
}
