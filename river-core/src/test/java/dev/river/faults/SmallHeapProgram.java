package dev.river.faults;

import dev.river.RiverClient;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that may work a hundred jobs at once, and has no room for what all of them hold. */
final class SmallHeapProgram {
  private static final int WORKERS = 100;

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

  public static void main(String[] args) throws Exception {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(args[0]);
    RiverClient client =
        RiverClient.builder(dataSource)
            .queue("default", WORKERS)
            .workers(new Workers().add(ReadArgs.class, (job, context) -> WorkResult.completed()))
            .build();
    client.start();
    client.awaitStopped(RiverClient.FOREVER);
  }
}
