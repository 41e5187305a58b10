package dev.river.faults;

import dev.river.RiverClient;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that may work a hundred jobs at once, and has no room for what all of them hold. */
final class SmallHeapProgram {
  private static final int WORKERS = 100;
  private static final int MEGABYTE = 1 << 20;

  private SmallHeapProgram() {}

  /**
   * Its args may be large.
   *
   * @param data anything
   */
  record ReadArgs(String data) implements JobArgs {
    @Override
    public String kind() {
      return "read";
    }
  }

  /**
   * Its output is large.
   *
   * @param megabytes how large
   */
  record WriteArgs(int megabytes) implements JobArgs {
    @Override
    public String kind() {
      return "write";
    }
  }

  public static void main(String[] args) throws Exception {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(args[0]);
    RiverClient client =
        RiverClient.builder(dataSource)
            .queue("default", WORKERS)
            .workers(
                new Workers()
                    .add(ReadArgs.class, (job, context) -> WorkResult.completed())
                    .add(
                        WriteArgs.class,
                        (job, context) -> {
                          context.output("x".repeat(job.args().megabytes() * MEGABYTE));
                          return WorkResult.completed();
                        }))
            .build();
    client.start();
    client.awaitStopped(RiverClient.FOREVER);
  }
}
