package dev.river.examples.shop;

import dev.river.RiverClient;
import dev.river.job.InsertOpts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * Takes orders. An order, what it takes from the stock, and its jobs are stored together or not at
 * all. Thread-safe.
 */
public final class OrderService {
  private static final Duration SURVEY_AFTER = Duration.ofDays(3);

  private final DSLContext dsl;
  private final RiverClient client;
  private final InstantSource clock;

  /**
   * Creates it.
   *
   * @param database has the tables of {@link #createTables}
   * @param client inserts jobs
   * @param clock the present
   */
  public OrderService(DataSource database, RiverClient client, InstantSource clock) {
    this.dsl = DSL.using(database, SQLDialect.POSTGRES);
    this.client = Objects.requireNonNull(client, "client");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Creates the tables of orders and of the stock, in which there are three kites and no yacht.
   *
   * @param database where there are none yet
   */
  public static void createTables(DataSource database) {
    DSL.using(database, SQLDialect.POSTGRES)
        .execute(
            """
            CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text NOT NULL);
            CREATE TABLE stock (item text PRIMARY KEY, pieces integer NOT NULL CHECK (pieces >= 0));
            INSERT INTO stock VALUES ('kite', 3), ('yacht', 0);
            """);
  }

  /**
   * Takes an order of one piece.
   *
   * @param item what is ordered
   * @param email who orders it
   * @return the number of the order
   * @throws org.jooq.exception.DataAccessException if there is none left
   */
  public long place(String item, String email) {
    return dsl.transactionResult(
        tx -> {
          long order = insertOrder(tx.dsl(), item);
          client.insertTx(tx.dsl(), new ReceiptArgs(order, email));
          client.insertTx(tx.dsl(), new SurveyArgs(order, email), afterSomeDays());
          tx.dsl().execute("UPDATE stock SET pieces = pieces - 1 WHERE item = ?", item);
          return order;
        });
  }

  private static long insertOrder(DSLContext tx, String item) {
    return tx.fetchSingle("INSERT INTO orders (item) VALUES (?) RETURNING id", item)
        .get(0, Long.class);
  }

  private InsertOpts afterSomeDays() {
    return InsertOpts.builder().scheduledAt(clock.instant().plus(SURVEY_AFTER)).build();
  }
}
