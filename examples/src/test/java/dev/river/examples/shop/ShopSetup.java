package dev.river.examples.shop;

import dev.river.RiverClientBuilder;
import dev.river.test.junit.RiverTestSetup;
import dev.river.work.Workers;
import javax.sql.DataSource;

final class ShopSetup implements RiverTestSetup {
  @Override
  public void prepare(DataSource database) {
    OrderService.createTables(database);
  }

  @Override
  public void configure(RiverClientBuilder client, DataSource database) {
    Mailer mailer = (to, subject) -> {};
    client
        .workers(new Workers().add(new ReceiptWorker(mailer)).add(new SurveyWorker(mailer)))
        .queue("default", 10);
  }
}
