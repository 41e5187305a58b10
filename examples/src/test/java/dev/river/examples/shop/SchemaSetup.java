package dev.river.examples.shop;

import dev.river.RiverClientBuilder;
import dev.river.db.RiverMigrator;
import dev.river.test.junit.RiverTestSetup;
import javax.sql.DataSource;

final class SchemaSetup implements RiverTestSetup {
  @Override
  public void prepare(DataSource database) {
    RiverMigrator.builder(database).schema("river").build().migrate();
    OrderService.createTables(database);
  }

  @Override
  public void configure(RiverClientBuilder client, DataSource database) {
    client.schema("river"); // as in production
  }
}
