package dev.river.bench.system;

import dev.river.bench.client.JobBody;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequestHandler;

/** Does the work of JobRunr's jobs. Public, because JobRunr calls it by reflection. */
public final class JobRunrHandler implements JobRequestHandler<JobRunrRequest> {
  private final JobBody body;

  JobRunrHandler(JobBody body) {
    this.body = body;
  }

  /** Has a short name, which would else contain the arguments once more. */
  @Override
  @Job(name = "bench")
  public void run(JobRunrRequest request) throws InterruptedException {
    body.run(request.number());
  }
}
