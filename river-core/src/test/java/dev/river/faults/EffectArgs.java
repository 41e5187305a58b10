package dev.river.faults;

import dev.river.job.JobArgs;

/**
 * A job with an effect that shows how often it was worked.
 *
 * @param millis how long it takes
 */
record EffectArgs(long millis) implements JobArgs {
  @Override
  public String kind() {
    return "effect";
  }
}
