package dev.river.faults;

import dev.river.RiverClient;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that works a job until it is told to end, and on until its standard input says so. */
final class ShutdownProgram {
  private ShutdownProgram() {}

  public static void main(String[] args) throws Exception {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(args[0]);
    RiverClient client =
        RiverClient.builder(dataSource)
            .queue("default", 1)
            .workers(
                new Workers()
                    .add(
                        EffectArgs.class,
                        (job, context) -> {
                          System.out.println("begun");
                          awaitInput();
                          return WorkResult.completed();
                        }))
            .stopOnShutdown(Duration.parse(args[1]))
            .build();
    client.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ending")));
    client.awaitStopped(RiverClient.FOREVER);
  }

  /** As reading would, but an interruption ends it. */
  private static void awaitInput() throws Exception {
    while (System.in.available() == 0) {
      Thread.sleep(10);
    }
  }
}
