package dev.river.examples.shop;

import dev.river.job.Job;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;

/**
 * Sends receipts.
 *
 * @param mailer by which they are sent
 */
public record ReceiptWorker(Mailer mailer) implements Worker<ReceiptArgs> {
  @Override
  public WorkResult work(Job<ReceiptArgs> job, JobContext context) {
    if (!job.args().email().contains("@")) {
      return WorkResult.cancel("no address: " + job.args().email());
    }
    mailer.send(job.args().email(), "Your order " + job.args().order());
    return WorkResult.completed();
  }
}
