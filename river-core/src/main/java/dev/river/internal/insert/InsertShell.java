package dev.river.internal.insert;

import dev.river.work.Extension;
import dev.river.work.InsertCall;
import dev.river.work.InsertResult;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An extension around one call.
 *
 * @param extension the extension
 * @param call what it is told of the call
 * @param part what it is told of what became of the jobs
 */
record InsertShell(Extension extension, InsertCall call, UnaryOperator<InsertResult> part) {

  static InsertShell ofClient(Extension extension, InsertCall call) {
    return new InsertShell(extension, call, UnaryOperator.identity());
  }

  /** {@return an extension that some jobs of the call concern, at these places} */
  static InsertShell ofKind(Extension extension, InsertCall call, List<Integer> places) {
    return new InsertShell(
        extension,
        call,
        all -> result(places.stream().map(place -> all.rows().get(place)).toList()));
  }

  static InsertResult result(List<InsertResult.Row> rows) {
    return new InsertResult(rows, rows.stream().filter(row -> !row.duplicate()).count());
  }

  /**
   * {@return what became of all jobs of the call}
   *
   * @param shells the extensions, the outermost first
   * @param innermost inserts the jobs
   */
  static InsertResult run(List<InsertShell> shells, Extension.InnerInsert innermost)
      throws Exception {
    if (shells.isEmpty()) {
      return innermost.proceed();
    }
    InsertShell outer = shells.getFirst();
    List<InsertShell> rest = shells.subList(1, shells.size());
    InsertResult result;
    try {
      result = new Inside(outer, () -> run(rest, innermost)).pass();
    } catch (Throwable failure) {
      outer.afterFailure(failure);
      throw failure;
    }
    outer.extension().afterInsert(outer.call(), Optional.empty());
    return result;
  }

  private void afterFailure(Throwable failure) {
    try {
      extension.afterInsert(call, Optional.of(failure));
    } catch (Throwable second) {
      if (!second.equals(failure)) {
        failure.addSuppressed(second);
      }
    }
  }

  /** What an extension calls. It belongs to the thread of the call; others are turned away. */
  private static final class Inside implements Extension.InnerInsert {
    private final Thread thread = Thread.currentThread();
    private final InsertShell outer;
    private final Extension.InnerInsert inner;
    private boolean begun;
    private boolean over;
    private @Nullable InsertResult result;
    private @Nullable Throwable failure;

    Inside(InsertShell outer, Extension.InnerInsert inner) {
      this.outer = outer;
      this.inner = inner;
    }

    @Override
    public InsertResult proceed() throws Exception {
      if (!Thread.currentThread().equals(thread) || over) {
        throw misuse("called it late or on another thread");
      }
      try {
        if (begun) {
          throw misuse("called it again");
        }
        begun = true;
        result = inner.proceed();
        return outer.part().apply(result);
      } catch (Throwable e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }

    /**
     * {@return what became of all jobs} A failure that the extension has caught counts
     * nevertheless.
     */
    InsertResult pass() throws Exception {
      try {
        outer.extension().aroundInsert(outer.call(), this);
      } finally {
        over = true;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof Exception exception) {
        throw exception;
      }
      if (result == null) {
        throw misuse("didn't call it");
      }
      return result;
    }

    private IllegalStateException misuse(String what) {
      return new IllegalStateException(
          "aroundInsert must call inner.proceed() once, on its own thread, but %s %s"
              .formatted(outer.extension().getClass().getName(), what));
    }
  }
}
