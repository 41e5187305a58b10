package dev.river.internal.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Runs a statement on many rows so that one that the database refuses doesn't keep it from the
 * others: after such an error it is run on each half of them, down to one row. That row is at fault
 * if the failure says so, or if the statement can be run on others. Else a privilege or a table may
 * be missing: after some rows at both ends of which nothing shows it, the database is at fault.
 *
 * @param <R> what stands for a row
 * @param <T> what the statement returns
 */
public final class Halving<R, T> {
  /** So many rows that are refused may be all that there are; of more, others are looked for. */
  private static final int MOST_IN_DOUBT = 20;

  private final DSLContext db;
  private final List<R> rows;
  private final Function<List<R>, List<T>> statement;

  /** Parts of the rows that were refused as a whole, in the order of the rows. */
  private final Deque<Part> open = new ArrayDeque<>();

  // By the place of the first row.
  private final NavigableMap<Integer, List<T>> results = new TreeMap<>();
  private final NavigableMap<Integer, RuntimeException> refused = new TreeMap<>();

  /** Whether the refused rows are at fault. */
  private boolean isShown;

  private Halving(DSLContext db, List<R> rows, Function<List<R>, List<T>> statement) {
    this.db = db;
    this.rows = rows;
    this.statement = statement;
  }

  /**
   * {@return what the statement returned for the rows that it could be run on, in their order} Of
   * up to twenty rows that are refused, and no others, nothing may show that they are at fault. Who
   * calls this passes them over, and tries them again later.
   *
   * @param <R> what stands for a row
   * @param <T> what the statement returns
   * @param db a transaction, or a connection on which each statement is one
   * @param rows the rows
   * @param statement what is done with some of them
   * @param refused is told at the end of each that it can't be done with, and why
   * @throws RuntimeException if something else than a row is at fault; nothing was told then
   */
  public static <R, T> List<T> run(
      DSLContext db,
      List<R> rows,
      Function<List<R>, List<T>> statement,
      BiConsumer<R, RuntimeException> refused) {
    return new Halving<>(db, rows, statement).run(refused, MOST_IN_DOUBT);
  }

  /**
   * Does as {@link #run} does, but tells of no row of which nothing shows that it is at fault: its
   * failure is thrown.
   */
  static <R, T> List<T> runBesideFaulty(
      DSLContext db,
      List<R> rows,
      Function<List<R>, List<T>> statement,
      BiConsumer<R, RuntimeException> refused) {
    return new Halving<>(db, rows, statement).run(refused, 0);
  }

  private List<T> run(BiConsumer<R, RuntimeException> told, int mostInDoubt) {
    if (rows.isEmpty()) {
      return List.of();
    }
    refusal(0, rows.size()).ifPresent(open::add);
    while (!open.isEmpty()) {
      if (isShown || refused.size() < MOST_IN_DOUBT) {
        halveFirst();
      } else {
        halveLast();
        throwIfInDoubt(2 * MOST_IN_DOUBT);
      }
    }
    throwIfInDoubt(mostInDoubt);
    refused.forEach((place, failure) -> told.accept(rows.get(place), failure));
    return results.values().stream().flatMap(List::stream).toList();
  }

  /** Some of the rows, and why they were refused. */
  private record Part(int from, int to, RuntimeException failure) {
    int middle() {
      return from + (to - from) / 2;
    }
  }

  // Both halves are tried before either is halved: if one is not refused, rows are at fault.

  private void halveFirst() {
    Part part = open.removeFirst();
    if (!isAlone(part)) {
      Optional<Part> first = refusal(part.from(), part.middle());
      refusal(part.middle(), part.to()).ifPresent(open::addFirst);
      first.ifPresent(open::addFirst);
    }
  }

  private void halveLast() {
    Part part = open.removeLast();
    if (!isAlone(part)) {
      refusal(part.from(), part.middle()).ifPresent(open::addLast);
      refusal(part.middle(), part.to()).ifPresent(open::addLast);
    }
  }

  private boolean isAlone(Part part) {
    if (part.to() - part.from() > 1) {
      return false;
    }
    refused.put(part.from(), part.failure());
    isShown |= RowFaults.isCertain(part.failure());
    return true;
  }

  private Optional<Part> refusal(int from, int to) {
    List<R> some = rows.subList(from, to);
    try {
      results.put(from, Savepoints.behind(db, () -> statement.apply(some)));
      isShown = true;
      return Optional.empty();
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      return Optional.of(new Part(from, to, e));
    }
  }

  private void throwIfInDoubt(int most) {
    if (!isShown && refused.size() > most) {
      throw refused.lastEntry().getValue();
    }
  }
}
