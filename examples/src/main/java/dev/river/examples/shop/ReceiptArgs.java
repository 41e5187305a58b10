package dev.river.examples.shop;

import dev.river.job.JobArgs;

/**
 * Asks for the receipt of an order.
 *
 * @param order the number of the order
 * @param email where the receipt goes
 */
public record ReceiptArgs(long order, String email) implements JobArgs {
  @Override
  public String kind() {
    return "receipt";
  }
}
