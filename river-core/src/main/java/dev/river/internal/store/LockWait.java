package dev.river.internal.store;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/** What a statement does about rows that other transactions hold. */
public enum LockWait {
  /** It waits for them, as long as they are held. */
  UNLIMITED,

  /**
   * It waits for each of them a quarter of a second, by when most transactions have ended, and is
   * refused then with SQLSTATE 55P03. Not for a caller's transaction, whose own statements would
   * not wait any longer either.
   */
  BRIEF,

  /** It passes them over. */
  NONE;

  /**
   * Sets a limit for the statement that it is part of, or for the rest of its transaction. Being a
   * subquery that refers to no row, it is evaluated once, before the first row is locked, and costs
   * neither a statement of its own nor a lock for each row, as SKIP LOCKED would.
   */
  private static final Field<String> LIMIT =
      function(
          "set_config", SQLDataType.CLOB, inline("lock_timeout"), inline("250ms"), inline(true));

  private static final Condition WITHIN_LIMIT = field(select(LIMIT)).isNotNull();

  /** Limits how long the statements of a transaction wait, the same time as {@link #BRIEF}. */
  static void setBrief(DSLContext transaction) {
    transaction.select(LIMIT).fetch();
  }

  /** {@return a condition that is always true, and limits how long the statement waits} */
  static Condition withinBriefWait() {
    return WITHIN_LIMIT;
  }
}
