package dev.river.internal.store;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The advisory locks of one schema. Their first key is a prefix, which keeps them apart from the
 * locks of an application; the second one is a hash of the schema and of what the lock is for.
 */
public final class AdvisoryLocks {
  private final Field<Integer> prefix;
  private final Optional<String> schema;

  /**
   * Creates it.
   *
   * @param prefix the first key of all of them
   * @param schema the schema of River's tables; empty for the first one of the search path
   */
  public AdvisoryLocks(int prefix, Optional<String> schema) {
    this.prefix = inline(prefix);
    this.schema = schema;
  }

  /**
   * Takes a lock until the transaction ends, if it is free.
   *
   * @param db the transaction
   * @param purpose what the lock is for
   * @return whether it was free
   */
  public boolean tryLock(DSLContext db, String purpose) {
    return db.select(lock("pg_try_advisory_xact_lock", purpose)).fetchSingle().value1();
  }

  /** {@return a field that takes a lock until the session ends, if it is free, and tells so} */
  Field<Boolean> lockOfSession(String purpose) {
    return lock("pg_try_advisory_lock", purpose);
  }

  /** {@return a field that gives up a lock of the session, and tells whether it had it} */
  Field<Boolean> unlockOfSession(String purpose) {
    return lock("pg_advisory_unlock", purpose);
  }

  /** {@return the second key of a lock} */
  Field<Integer> key(String purpose) {
    Field<String> prefixOfName =
        schema
            .map(name -> (Field<String>) val(name))
            .orElseGet(() -> function("current_schema", SQLDataType.CLOB));
    return function(
        "hashtext", SQLDataType.INTEGER, DSL.concat(prefixOfName, inline(".river."), val(purpose)));
  }

  /** {@return the second keys of all locks with our prefix that sessions of this database hold} */
  Select<Record1<Integer>> heldKeys() {
    // The catalog shows keys as unsigned numbers.
    Field<Integer> held =
        field(
            "(CASE WHEN objid::bigint > 2147483647 THEN objid::bigint - 4294967296"
                + " ELSE objid::bigint END)::integer",
            SQLDataType.INTEGER);
    return select(held).from(table(name("pg_locks"))).where(isHeld());
  }

  /** {@return whether a row of {@code pg_locks} is a lock with our prefix in this database} */
  Condition isHeld() {
    return DSL.condition(
        "locktype = 'advisory' AND objsubid = 2 AND granted"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            + " AND classid::bigint = ({0}::bigint & 4294967295)",
        prefix);
  }

  /** {@return whether a row of {@code pg_locks} is a lock for a purpose} */
  Condition isHeldFor(String purpose) {
    return isHeld().and(DSL.condition("objid::bigint = ({0}::bigint & 4294967295)", key(purpose)));
  }

  private Field<Boolean> lock(String function, String purpose) {
    return function(function, SQLDataType.BOOLEAN, prefix, key(purpose));
  }
}
