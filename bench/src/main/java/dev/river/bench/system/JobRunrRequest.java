package dev.river.bench.system;

import dev.river.bench.client.Payload;
import org.jobrunr.jobs.lambdas.JobRequest;

/**
 * The arguments of JobRunr's jobs.
 *
 * @param number the job's number
 * @param text what makes up the size
 */
public record JobRunrRequest(long number, String text) implements JobRequest {
  static JobRunrRequest of(Payload job) {
    return new JobRunrRequest(job.number(), job.text());
  }

  @Override
  public Class<JobRunrHandler> getJobRequestHandler() {
    return JobRunrHandler.class;
  }
}
