package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.Migration;
import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A shop's afternoon: what can become of a job, one step after the other. */
public final class QuickStart {
  private static final Duration SHORTLY = Duration.ofMillis(300);

  private final PrintStream out;
  private final DataSource dataSource;
  private final DSLContext dsl;
  private final RiverClient client;
  private final List<Long> jobs = new ArrayList<>(); // owned by the thread that tells the story

  /** Counted down when the job that the story is at needs no further attempt. */
  private volatile CountDownLatch ended = new CountDownLatch(1);

  private final AtomicBoolean packed = new AtomicBoolean();

  private QuickStart(DataSource dataSource, PrintStream out) {
    this.out = out;
    this.dataSource = dataSource;
    this.dsl = DSL.using(dataSource, SQLDialect.POSTGRES);
    Workers workers =
        new Workers()
            .add(ReceiptArgs.class, this::sendReceipt)
            .add(new PaymentWorker())
            .add(ParcelArgs.class, this::deliver)
            .add(LetterArgs.class, this::post);
    this.client = RiverClient.builder(dataSource).workers(workers).queue("default", 10).build();
  }

  record ReceiptArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "receipt";
    }
  }

  record PaymentArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "payment";
    }
  }

  record ParcelArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "parcel";
    }
  }

  record LetterArgs(String address) implements JobArgs {
    @Override
    public String kind() {
      return "letter";
    }
  }

  private WorkResult sendReceipt(Job<ReceiptArgs> job, JobContext context) {
    tell(job, "the receipt for order %s is sent".formatted(job.args().order()));
    ended.countDown();
    return WorkResult.completed();
  }

  /** Fails at the first attempt. To fail is to throw. */
  private final class PaymentWorker implements Worker<PaymentArgs> {
    @Override
    public WorkResult work(Job<PaymentArgs> job, JobContext context) throws IOException {
      if (job.attempt() == 1) {
        tell(job, "fails, the bank does not answer; next try in " + SHORTLY.toMillis() + " ms");
        throw new IOException("the bank does not answer");
      }
      tell(job, "the payment for order %s is made".formatted(job.args().order()));
      ended.countDown();
      return WorkResult.completed();
    }

    /** Sooner than the client's policy, which would wait for a second. */
    @Override
    public Optional<Instant> nextRetry(Job<PaymentArgs> job) {
      return Optional.of(Instant.now().plus(SHORTLY));
    }
  }

  /** Puts the job off once: a snooze is no failure, and the attempt doesn't count. */
  private WorkResult deliver(Job<ParcelArgs> job, JobContext context) {
    if (!packed.getAndSet(true)) {
      tell(job, "snoozes, the parcel is not packed; next try in " + SHORTLY.toMillis() + " ms");
      return WorkResult.snooze(SHORTLY);
    }
    tell(job, "the parcel of order %s is delivered".formatted(job.args().order()));
    ended.countDown();
    return WorkResult.completed();
  }

  private WorkResult post(Job<LetterArgs> job, JobContext context) {
    tell(job, "cancels, another try would not help");
    ended.countDown();
    return WorkResult.cancel("there is no " + job.args().address());
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    List<Migration> applied = RiverMigrator.builder(dataSource).build().migrate();
    out.println(
        applied.isEmpty()
            ? "River's tables are there already"
            : "River's tables are made: " + names(applied));
    new QuickStart(dataSource, out).tellStory();
  }

  private void tellStory() throws InterruptedException {
    Orders.createTable(dsl);
    try (client) {
      client.start();
      out.println("The client works the queue \"default\"");
      out.println();

      rolledBackOrder();
      long order = committedOrder();
      follow(new PaymentArgs(order));
      follow(new ParcelArgs(order));
      follow(new LetterArgs("221B Baker Street"));

      client.stop();
      out.println();
      out.println("The client has stopped. What the database holds of these jobs:");
      out.println();
      new StoredJobs(dataSource).table(jobs).forEach(out::println);
    }
  }

  private void rolledBackOrder() {
    try {
      dsl.transaction(
          tx -> {
            long order = Orders.insert(tx.dsl(), "a kite");
            Job<ReceiptArgs> job = client.insertTx(tx.dsl(), new ReceiptArgs(order)).job();
            jobs.add(job.id());
            out.println(
                "Order %s and job %s are inserted in one transaction".formatted(order, job.id()));
            throw new IllegalStateException("the card was declined");
          });
    } catch (IllegalStateException e) {
      out.println("  rolled back: %s. Nobody will ever see the job".formatted(e.getMessage()));
    }
  }

  private long committedOrder() throws InterruptedException {
    ended = new CountDownLatch(1);
    long committed =
        dsl.transactionResult(
            tx -> {
              long order = Orders.insert(tx.dsl(), "a kite");
              Job<ReceiptArgs> job = client.insertTx(tx.dsl(), new ReceiptArgs(order)).job();
              jobs.add(job.id());
              out.println(
                  "Order %s and job %s are inserted in one transaction, which commits"
                      .formatted(order, job.id()));
              return order;
            });
    Waiting.until(ended);
    return committed;
  }

  /** Inserts a job and waits until it needs no further attempt. */
  private void follow(JobArgs args) throws InterruptedException {
    ended = new CountDownLatch(1);
    out.println("A job of kind %s is inserted".formatted(args.kind()));
    Job<?> job = client.insert(args).job();
    jobs.add(job.id());
    Waiting.until(ended);
  }

  /** The times are the database's. */
  private void tell(Job<?> job, String what) {
    Instant begun = job.row().attemptedAt().orElseThrow();
    out.println(
        "  job %s, %s, attempt %s, %s ms after its insert: %s"
            .formatted(
                job.id(),
                job.kind(),
                job.attempt(),
                Duration.between(job.row().createdAt(), begun).toMillis(),
                what));
  }

  private static String names(List<Migration> migrations) {
    return migrations.stream()
        .map(migration -> "version %s (%s)".formatted(migration.version(), migration.description()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Runs the example.
   *
   * @param args none
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    try (ExampleDatabase database = ExampleDatabase.open()) {
      System.out.println(
          database.isEmbedded()
              ? "An embedded PostgreSQL has started; DATABASE_URL would name another one"
              : "Using the schema river_examples of the database that DATABASE_URL names");
      run(database.dataSource(), System.out);
    }
    System.out.println();
    System.out.println("Done");
  }
}
