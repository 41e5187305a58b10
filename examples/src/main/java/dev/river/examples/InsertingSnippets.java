package dev.river.examples;

import dev.river.RiverClient;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.Unique;
import dev.river.job.UniqueOpts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** The pieces of code that the page about inserting shows. */
final class InsertingSnippets {
  private InsertingSnippets() {}

  record InvoiceArgs(@Unique long account, String note) implements JobArgs {
    @Override
    public String kind() {
      return "invoice";
    }

    @Override
    public InsertOpts insertOpts() {
      return InsertOpts.builder()
          .unique(UniqueOpts.builder().byArgs().byPeriod(Duration.ofDays(1)).build())
          .build();
    }
  }

  static Inserted<InvoiceArgs> insertOnce(RiverClient client) {
    Inserted<InvoiceArgs> inserted = client.insert(new InvoiceArgs(42, "for Ada"));
    if (inserted.duplicate()) {
      System.out.println("job " + inserted.id() + " is there already");
    }
    return inserted;
  }

  static List<Inserted<InvoiceArgs>> insertMany(RiverClient client, DSLContext dsl) {
    List<Insert<InvoiceArgs>> jobs =
        List.of(
            Insert.of(new InvoiceArgs(1, "")),
            Insert.of(new InvoiceArgs(2, ""), InsertOpts.builder().priority(2).build()));
    return dsl.transactionResult(tx -> client.insertManyTx(tx.dsl(), jobs));
  }

  static long insertFast(RiverClient client, Connection connection, Stream<Long> accounts)
      throws SQLException {
    connection.setAutoCommit(false); // begins a transaction
    long count =
        client.insertManyFastTx(
            connection, accounts.map(account -> Insert.of(new InvoiceArgs(account, "imported"))));
    connection.commit();
    return count;
  }
}
