package dev.river.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.query.FleetMember;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Three processes work the jobs of one database. One of them is killed while it runs a job; the
 * others notice, and one of them runs the job again.
 */
public final class FleetOfThree {
  private FleetOfThree() {}

  record RenderArgs(String film) implements JobArgs {
    @Override
    public String kind() {
      return "render";
    }
  }

  /** Never gets further than this the first time: its process is killed. */
  static final class RenderWorker implements Worker<RenderArgs> {
    @Override
    public WorkResult work(Job<RenderArgs> job, JobContext context) throws InterruptedException {
      System.out.println("%s, attempt %s: rendering".formatted(job.args().film(), job.attempt()));
      if (job.attempt() == 1) {
        new CountDownLatch(1).await(1, TimeUnit.HOURS);
      }
      return WorkResult.completed();
    }

    @Override
    public Optional<Duration> timeout(Job<RenderArgs> job) {
      return Optional.of(NO_TIMEOUT); // rescue needs none: it knows who lives
    }
  }

  /**
   * Runs the example. With a name it is one of the three processes, else it starts them.
   *
   * @param args nothing, or the name of a client
   * @throws Exception never
   */
  public static void main(String[] args) throws Exception {
    try (ExampleDatabase database = ExampleDatabase.open()) {
      if (args.length == 0) {
        run(database, System.out);
      } else {
        work(database, args[0]);
      }
    }
  }

  static void run(ExampleDatabase database, PrintStream out) throws Exception {
    RiverMigrator.builder(database.dataSource()).build().migrate();
    try (RiverClient client = RiverClient.builder(database.dataSource()).build();
        Member one = Member.start("one", database)) {
      out.println(one.nextLine()); // it is working
      long id = client.insert(new RenderArgs("Our Holidays")).id();
      out.println(one.nextLine());
      try (Member two = Member.start("two", database)) {
        out.println(two.nextLine());
        try (Member three = Member.start("three", database)) {
          out.println(three.nextLine());
          out.println("members: " + members(client));

          out.println("killing one");
          one.kill();

          Waiting.until(() -> client.jobs().get(id).orElseThrow().state() == JobState.COMPLETED);
          out.println("members: " + members(client));
          out.println(new StoredJobs(database.dataSource()).describe(id));
        }
      }
    }
  }

  static List<String> members(RiverClient client) {
    return client.fleet().members().stream().map(FleetMember::clientId).toList();
  }

  /** Works jobs until its standard input ends. */
  private static void work(ExampleDatabase database, String name) throws IOException {
    try (RiverClient client =
        RiverClient.builder(database.dataSource())
            .id(name)
            .workers(new Workers().add(new RenderWorker()))
            .queue("default", 10)
            .build()) {
      client.start();
      System.out.println(name + " is working");
      while (System.in.read() >= 0) {
        // whoever started this process ends it
      }
    }
  }

  /** One of the processes. */
  private record Member(Process process, BufferedReader output) implements AutoCloseable {
    static Member start(String name, ExampleDatabase database) throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      ProcessBuilder builder =
          new ProcessBuilder(
              java,
              "-cp",
              System.getProperty("java.class.path"),
              FleetOfThree.class.getName(),
              name);
      builder.environment().put(ExampleDatabase.VARIABLE, database.url());
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Member(process, process.inputReader(UTF_8));
    }

    String nextLine() throws IOException {
      return String.valueOf(output.readLine());
    }

    /** Like kill -9: the process has no time to say a word. */
    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
      if (process.isAlive()) {
        process.outputWriter().close();
        output.lines().forEach(line -> {}); // until it has stopped
      }
    }
  }
}
