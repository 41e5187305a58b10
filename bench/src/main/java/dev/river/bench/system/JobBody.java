package dev.river.bench.system;

/** What a framework calls for each job. */
@FunctionalInterface
interface JobBody {
  /** Does what the job is to do. */
  void run(long number) throws InterruptedException;
}
