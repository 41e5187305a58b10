package dev.river.examples.shop;

import dev.river.job.JobArgs;

/**
 * Asks a customer, some days after the order, whether all is well.
 *
 * @param order the number of the order
 * @param email who is asked
 */
public record SurveyArgs(long order, String email) implements JobArgs {
  @Override
  public String kind() {
    return "survey";
  }
}
