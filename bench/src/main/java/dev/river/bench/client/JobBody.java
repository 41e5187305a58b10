package dev.river.bench.client;

/** What a framework calls for each job. */
@FunctionalInterface
public interface JobBody {
  /** Does what the job is to do. */
  void run(long number) throws InterruptedException;
}
