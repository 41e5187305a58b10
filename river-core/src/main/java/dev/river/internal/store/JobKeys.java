package dev.river.internal.store;

import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.array;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;

/**
 * Finds jobs by their numbers, whatever the planner takes for how many there are. It does so by an
 * array. With a join, as soon as it expects many, PostgreSQL reads the whole table instead; and it
 * expects many for a long time after a queue was full, because it knows how many jobs wait only
 * from the last ANALYZE.
 */
final class JobKeys {
  private JobKeys() {}

  /**
   * {@return whether a number is one of those that a subquery finds}
   *
   * @param id the number
   * @param ids the subquery, which refers to nothing outside of it and is run once
   */
  static Condition isOneOf(Field<Long> id, Select<Record1<Long>> ids) {
    return id.eq(any(array(ids)));
  }
}
