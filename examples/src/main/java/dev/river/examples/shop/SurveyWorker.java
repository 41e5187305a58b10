package dev.river.examples.shop;

import dev.river.job.Job;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;

/**
 * Sends surveys.
 *
 * @param mailer by which they are sent
 */
public record SurveyWorker(Mailer mailer) implements Worker<SurveyArgs> {
  @Override
  public WorkResult work(Job<SurveyArgs> job, JobContext context) {
    mailer.send(job.args().email(), "Do you like it?");
    return WorkResult.completed();
  }
}
