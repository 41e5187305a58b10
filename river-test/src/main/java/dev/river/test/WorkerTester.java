package dev.river.test;

import dev.river.RiverClient;
import dev.river.RiverClientBuilder;
import dev.river.error.JobNotFoundException;
import dev.river.event.WorkedJob;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.sql.Connection;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Runs a worker on one job in the caller's transaction, with everything that a client does around
 * it: the arguments are stored and read again, extensions, timeout, retry policy and error handler
 * have their say, and the outcome is stored. Nothing has to be started, and nothing is left when
 * the transaction is rolled back.
 *
 * <pre>{@code
 * WorkerTester tester = WorkerTester.of(new ReceiptWorker(mailer));
 *
 * WorkedJob worked = tester.work(tx, new ReceiptArgs(7));
 *
 * assertThat(worked.kind()).isEqualTo(EventKind.JOB_COMPLETED);
 * assertThat(mailer.sent()).hasSize(1);
 * }</pre>
 *
 * <p>What the worker throws is the job's failure, as it is in production: {@link WorkedJob#failure}
 * has it, and {@link WorkedJob#orThrow} throws it. The jobs that the worker inserts through its
 * context are in the caller's transaction too.
 *
 * <p>Thread-safe as far as the workers are; a transaction is for one thread at a time.
 */
public final class WorkerTester {
  private final Consumer<RiverClientBuilder> client;

  private WorkerTester(Consumer<RiverClientBuilder> client) {
    this.client = client;
  }

  /**
   * {@return a tester of one worker, with the defaults of a client}
   *
   * @param worker the worker, which names the class of its arguments
   * @throws IllegalArgumentException if {@link Workers#add(Worker)} refuses it
   */
  public static WorkerTester of(Worker<?> worker) {
    return of(new Workers().add(worker));
  }

  /**
   * {@return a tester of some workers, with the defaults of a client}
   *
   * @param workers the workers
   */
  public static WorkerTester of(Workers workers) {
    Objects.requireNonNull(workers, "workers");
    return configuredBy(client -> client.workers(workers));
  }

  /**
   * {@return a tester of a client's workers, with its settings}
   *
   * @param client sets the workers, the extensions, the schema and whatever else counts. It is
   *     called for each job that is worked.
   */
  public static WorkerTester configuredBy(Consumer<RiverClientBuilder> client) {
    return new WorkerTester(Objects.requireNonNull(client, "client"));
  }

  /**
   * Inserts a job and works it.
   *
   * @param tx the transaction, of which only the connection is used
   * @param args its arguments
   * @return what became of it
   * @throws IllegalArgumentException if something about the job or the client is invalid
   */
  public WorkedJob work(DSLContext tx, JobArgs args) {
    return work(tx, args, InsertOpts.defaults());
  }

  /**
   * Inserts a job and works it, although its time may not have come and another one may hold its
   * unique key.
   *
   * @param tx the transaction, of which only the connection is used
   * @param args its arguments
   * @param opts the options with which it is inserted
   * @return what became of it
   * @throws IllegalArgumentException if something about the job or the client is invalid
   */
  public WorkedJob work(DSLContext tx, JobArgs args, InsertOpts opts) {
    return tx.connectionResult(connection -> work(connection, args, opts));
  }

  /**
   * Works a job that waits in the database, whether its time has come or not.
   *
   * @param tx the transaction, of which only the connection is used
   * @param id its number
   * @return what became of it
   * @throws JobNotFoundException if there is none of that number
   * @throws IllegalStateException if it runs or has ended
   */
  public WorkedJob work(DSLContext tx, long id) {
    return tx.connectionResult(connection -> work(connection, id));
  }

  /**
   * Does what {@link #work(DSLContext, JobArgs)} does.
   *
   * @param tx the transaction; neither committed nor closed
   * @param args the arguments of the job
   * @return what became of it
   * @throws IllegalArgumentException if something about the job or the client is invalid
   */
  public WorkedJob work(Connection tx, JobArgs args) {
    return work(tx, args, InsertOpts.defaults());
  }

  /**
   * Does what {@link #work(DSLContext, JobArgs, InsertOpts)} does.
   *
   * @param tx the transaction; neither committed nor closed
   * @param args the arguments of the job
   * @param opts the options with which it is inserted
   * @return what became of it
   * @throws IllegalArgumentException if something about the job or the client is invalid
   */
  public WorkedJob work(Connection tx, JobArgs args, InsertOpts opts) {
    return withClient(tx, built -> built.inline().work(args, opts));
  }

  /**
   * Does what {@link #work(DSLContext, long)} does.
   *
   * @param tx the transaction; neither committed nor closed
   * @param id the number of the job
   * @return what became of it
   * @throws JobNotFoundException if there is none of that number
   * @throws IllegalStateException if it runs or has ended
   */
  public WorkedJob work(Connection tx, long id) {
    return withClient(tx, built -> built.inline().work(id));
  }

  private WorkedJob withClient(Connection tx, Function<RiverClient, WorkedJob> work) {
    RiverClientBuilder builder = RiverClient.builder(new TransactionDataSource(tx));
    client.accept(builder);
    try (RiverClient built = builder.build()) {
      return work.apply(built);
    }
  }
}
