package dev.river;

import dev.river.job.Insert;
import dev.river.testing.TestArgs;
import java.util.stream.LongStream;
import org.postgresql.ds.PGSimpleDataSource;

/** Inserts many jobs in one call. Runs in a JVM of its own, to which little memory is given. */
final class BulkInsertProgram {
  private BulkInsertProgram() {}

  public static void main(String[] args) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(args[0]);
    long jobs = Long.parseLong(args[1]);
    try (RiverClient client = RiverClient.builder(dataSource).build()) {
      long inserted =
          client.insertManyFast(
              LongStream.range(0, jobs).mapToObj(i -> Insert.of(new TestArgs("job " + i))));
      System.out.println(inserted + " jobs with " + Runtime.getRuntime().maxMemory() + " bytes");
    }
  }
}
