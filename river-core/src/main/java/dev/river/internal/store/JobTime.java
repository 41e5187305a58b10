package dev.river.internal.store;

import static org.jooq.impl.DSL.unquotedName;
import static org.jooq.impl.DSL.val;

import java.time.Instant;
import org.jooq.Configuration;
import org.jooq.Context;
import org.jooq.Field;
import org.jooq.impl.CustomField;
import org.jooq.impl.SQLDataType;

/**
 * The time that decides about jobs: the server's, or that of the client's clock where it has one.
 * The latter stands still in a context, as the server's does in a transaction.
 */
final class JobTime extends CustomField<Instant> {
  private static final long serialVersionUID = 1L;
  private static final Object PRESENT = JobTime.class;

  private final Field<Instant> servers;

  JobTime(Field<Instant> servers) {
    super(unquotedName("now"), SQLDataType.INSTANT);
    this.servers = servers;
  }

  /** Has a time count as the present in all statements of a configuration. */
  static void set(Configuration configuration, Instant present) {
    configuration.data(PRESENT, present);
  }

  @Override
  public void accept(Context<?> context) {
    Object present = context.configuration().data(PRESENT);
    context.visit(present instanceof Instant instant ? val(instant) : servers);
  }
}
