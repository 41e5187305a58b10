package dev.river.work;

import dev.river.job.JobArgs;

/**
 * Checks classes of arguments. River brings the one that is used, and finds it as Java finds
 * services.
 */
public interface ArgsCheck {

  /**
   * Checks that arguments of a class can be read as they were written.
   *
   * @param argsClass the class
   * @throws IllegalArgumentException if they can't; it names the component and the reason
   */
  void check(Class<? extends JobArgs> argsClass);
}
