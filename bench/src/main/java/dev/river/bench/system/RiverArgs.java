package dev.river.bench.system;

import dev.river.bench.client.Payload;
import dev.river.job.JobArgs;

/** The arguments of River's jobs. */
record RiverArgs(long number, String text) implements JobArgs {
  static RiverArgs of(Payload payload) {
    return new RiverArgs(payload.number(), payload.text());
  }

  @Override
  public String kind() {
    return "bench";
  }
}
