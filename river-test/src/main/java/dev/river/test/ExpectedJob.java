package dev.river.test;

import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a test expects of a job: its kind, and if it cares, its arguments, its state and how it was
 * inserted.
 *
 * <pre>{@code
 * ExpectedJob.of(MailArgs.class)
 * ExpectedJob.of(new MailArgs("bob@example.com"))
 * ExpectedJob.of(MailArgs.class, InsertOpts.builder().queue("mail").priority(2).build())
 * ExpectedJob.of(MailArgs.class).inState(JobState.SCHEDULED)
 * }</pre>
 *
 * <p><b>Arguments</b> are compared by what is stored of them: a component that isn't stored doesn't
 * count.
 *
 * <p><b>Options</b> that are not set may be anything. Those that are set must be as they are
 * stored: the time in microseconds, the tags in their order. Of the metadata, the entries that are
 * set must be there, and there may be others; numbers are compared by their value. Of {@link
 * UniqueOpts}, a test sees the states in which the job keeps duplicates away (none if it isn't
 * unique); what it is unique by can't be read from a stored job.
 *
 * <p>Immutable.
 *
 * @param <T> the class of its arguments
 */
public final class ExpectedJob<T extends JobArgs> {
  private final Class<T> argsClass;
  private final String kind;
  private final @Nullable T args;
  private final InsertOpts opts;
  private final List<Demand> demands;

  private ExpectedJob(
      Class<T> argsClass, @Nullable T args, @Nullable JobState state, InsertOpts opts) {
    this.argsClass = argsClass;
    this.kind = JobArgs.kindOf(argsClass);
    this.args = args;
    this.opts = opts;
    this.demands = Demands.of(state, opts);
  }

  /**
   * {@return any job of a class}
   *
   * @param <T> the class of its arguments
   * @param argsClass the class of its arguments
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public static <T extends JobArgs> ExpectedJob<T> of(Class<T> argsClass) {
    return of(argsClass, InsertOpts.defaults());
  }

  /**
   * {@return a job of a class that was inserted with some options}
   *
   * @param <T> the class of its arguments
   * @param argsClass the class of its arguments
   * @param opts what it must have
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class, or if metadata
   *     can't be written as JSON
   */
  public static <T extends JobArgs> ExpectedJob<T> of(Class<T> argsClass, InsertOpts opts) {
    Objects.requireNonNull(argsClass, "argsClass");
    return new ExpectedJob<>(argsClass, null, null, Objects.requireNonNull(opts, "opts"));
  }

  /**
   * {@return a job with these arguments} Options that their class gives its jobs are not demanded.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses their class, or if they
   *     can't be stored, or not be read any more then
   */
  public static <T extends JobArgs> ExpectedJob<T> of(T args) {
    return of(args, InsertOpts.defaults());
  }

  /**
   * {@return a job with these arguments that was inserted with some options}
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @param opts what it must have
   * @throws IllegalArgumentException as {@link #of(JobArgs)} and {@link #of(Class, InsertOpts)} do
   */
  public static <T extends JobArgs> ExpectedJob<T> of(T args, InsertOpts opts) {
    Objects.requireNonNull(opts, "opts");
    @SuppressWarnings("unchecked") // the class of a T is one of T
    Class<T> argsClass = (Class<T>) args.getClass();
    return new ExpectedJob<>(argsClass, ArgsCheck.asStored(args, argsClass), null, opts);
  }

  /**
   * {@return the same, but the job must also be in a state}
   *
   * @param state the state
   */
  public ExpectedJob<T> inState(JobState state) {
    return new ExpectedJob<>(argsClass, args, Objects.requireNonNull(state, "state"), opts);
  }

  Class<T> argsClass() {
    return argsClass;
  }

  String kind() {
    return kind;
  }

  Optional<T> args() {
    return Optional.ofNullable(args);
  }

  List<Demand> demands() {
    return demands;
  }

  /** {@return what is expected, in words} */
  @Override
  public String toString() {
    String words =
        Stream.concat(
                args().map(Descriptions::ofArgs).stream(), demands.stream().map(Demand::toString))
            .collect(Collectors.joining(", "));
    return Descriptions.of(argsClass) + (words.isEmpty() ? "" : " with " + words);
  }
}
