package dev.river.faults;

import dev.river.RiverClient;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import org.postgresql.ds.PGSimpleDataSource;

/** A process whose {@code main} only starts a client, which its job has stopped. */
final class KeepAliveProgram {
  private KeepAliveProgram() {}

  public static void main(String[] args) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(args[0]);
    RiverClient[] client = new RiverClient[1];
    client[0] =
        RiverClient.builder(dataSource)
            .queue("default", 1)
            .workers(
                new Workers()
                    .add(
                        EffectArgs.class,
                        (job, context) -> {
                          System.out.println("worked");
                          Thread.ofPlatform().start(client[0]::stop);
                          return WorkResult.completed();
                        }))
            .keepJvmAlive(Boolean.parseBoolean(args[1]))
            .build();
    client[0].start();
    System.out.println("main has ended");
  }
}
