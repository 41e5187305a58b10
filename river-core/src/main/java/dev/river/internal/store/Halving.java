package dev.river.internal.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Runs a statement on many rows so that one that the database refuses doesn't keep it from the
 * others: after such an error it is run on each half of them, down to one row.
 */
public final class Halving {
  private Halving() {}

  /**
   * {@return what the statement returned for the rows that it could be run on}
   *
   * @param <R> what stands for a row
   * @param <T> what the statement returns
   * @param db a transaction, or a connection on which each statement is one
   * @param rows the rows
   * @param statement what is done with some of them
   * @param refused is told of each that it can't be done with, and why
   * @throws RuntimeException if something else than a row is at fault
   */
  public static <R, T> List<T> run(
      DSLContext db,
      List<R> rows,
      Function<List<R>, List<T>> statement,
      BiConsumer<R, RuntimeException> refused) {
    if (rows.isEmpty()) {
      return List.of();
    }
    try {
      return Savepoints.behind(db, () -> statement.apply(rows));
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      if (rows.size() == 1) {
        refused.accept(rows.getFirst(), e);
        return List.of();
      }
    }
    int middle = rows.size() / 2;
    List<T> results = new ArrayList<>(run(db, rows.subList(0, middle), statement, refused));
    results.addAll(run(db, rows.subList(middle, rows.size()), statement, refused));
    return results;
  }
}
