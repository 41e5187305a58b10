package dev.river.examples;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The data that jobs are about: a table of the application's own. */
final class Orders {
  private static final Table<?> ORDERS = DSL.table("example_order");
  private static final Field<Long> ID = DSL.field("id", SQLDataType.BIGINT);
  private static final Field<String> ITEM = DSL.field("item", SQLDataType.CLOB);

  private Orders() {}

  static void createTable(DSLContext dsl) {
    dsl.execute(
        "CREATE TABLE IF NOT EXISTS example_order"
            + " (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, item text NOT NULL)");
  }

  /** {@return the number of a new order} */
  static long insert(DSLContext tx, String item) {
    return tx.insertInto(ORDERS, ITEM).values(item).returningResult(ID).fetchSingle().value1();
  }

  static boolean exists(DSLContext dsl, long id) {
    return dsl.fetchExists(ORDERS, ID.eq(id));
  }
}
