package dev.river.testing;

import dev.river.job.JobArgs;

/** Arguments for jobs whose arguments don't matter. */
public record TestArgs(String name) implements JobArgs {
  @Override
  public String kind() {
    return "test";
  }
}
