package dev.river.faults;

import dev.river.job.JobArgs;

/** A job that is due every second. */
record TickArgs() implements JobArgs {
  static final String ID = "tick";

  @Override
  public String kind() {
    return "tick";
  }
}
