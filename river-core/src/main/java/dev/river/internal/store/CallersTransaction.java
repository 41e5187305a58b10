package dev.river.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jooq.ConnectionProvider;
import org.jooq.DSLContext;
import org.jooq.impl.DataSourceConnectionProvider;

/**
 * A transaction that a caller has begun and will end. It is refused where there is none: what is
 * written would be committed at once, or lost, and neither is what the caller believes.
 */
abstract sealed class CallersTransaction implements Scope {
  private static final String OR_WITHOUT =
      " If no transaction is wanted, use the form without one: insert(...), jobs(), queues() ...";

  /**
   * {@return the transaction of a connection}
   *
   * @param connection the connection
   * @param contexts makes contexts for statements on it
   */
  static CallersTransaction of(Connection connection, Contexts contexts) {
    return new OfConnection(connection, contexts);
  }

  /**
   * {@return the transaction of a context}
   *
   * @param context of any dialect and settings; its connection leads to PostgreSQL
   * @param contexts makes contexts for statements on its connection
   */
  static CallersTransaction of(DSLContext context, Contexts contexts) {
    return new OfContext(context, contexts);
  }

  /** {@return what the work returns that changes nothing} It needs no transaction. */
  @Override
  public abstract <T> T read(Function<DSLContext, T> work);

  /**
   * {@return what the work returns} If it throws, the transaction is as it was before.
   *
   * @param <T> what the work returns
   * @param work several statements, or what may fail when they are done
   */
  abstract <T> T callUndoably(Function<DSLContext, T> work);

  private static <T> T undoably(
      Connection connection, Contexts contexts, Function<DSLContext, T> work) {
    try {
      return Savepoints.behind(connection, () -> work.apply(contexts.on(connection)));
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  private static boolean commitsByItself(Connection connection) {
    try {
      return connection.getAutoCommit();
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  private static final class OfConnection extends CallersTransaction {
    private final Connection connection;
    private final Contexts contexts;

    OfConnection(Connection connection, Contexts contexts) {
      this.connection = connection;
      this.contexts = contexts;
    }

    @Override
    public <T> T read(Function<DSLContext, T> work) {
      return work.apply(contexts.on(connection));
    }

    @Override
    public <T> T call(Function<DSLContext, T> work) {
      check();
      return read(work);
    }

    @Override
    <T> T callUndoably(Function<DSLContext, T> work) {
      check();
      return undoably(connection, contexts, work);
    }

    private void check() {
      if (commitsByItself(connection)) {
        throw new IllegalStateException(
            "the connection must be in a transaction, but commits by itself: call"
                + " setAutoCommit(false) on it before, and commit() afterwards."
                + OR_WITHOUT);
      }
    }
  }

  private static final class OfContext extends CallersTransaction {
    private final DSLContext context;
    private final Contexts contexts;

    OfContext(DSLContext context, Contexts contexts) {
      this.context = context;
      this.contexts = contexts;
    }

    @Override
    public <T> T read(Function<DSLContext, T> work) {
      return contexts.callOn(context, work);
    }

    @Override
    public <T> T call(Function<DSLContext, T> work) {
      return context.connectionResult(connection -> work.apply(contexts.on(checked(connection))));
    }

    @Override
    <T> T callUndoably(Function<DSLContext, T> work) {
      return context.connectionResult(connection -> undoably(checked(connection), contexts, work));
    }

    private Connection checked(Connection connection) {
      if (commitsByItself(connection) || isFresh(connection)) {
        throw new IllegalStateException(
            "the DSLContext must be in a transaction, but is not: inside of dsl.transaction(tx ->"
                + " ...) pass tx.dsl(), not the dsl around it; or if it is made of a connection,"
                + " call setAutoCommit(false) on that."
                + OR_WITHOUT);
      }
      return connection;
    }

    /**
     * {@return whether jOOQ has just taken the connection from a pool, to give it back at once}
     * Then nothing commits what is written, where connections don't commit by themselves. In jOOQ's
     * own transactions a context has another provider.
     */
    private boolean isFresh(Connection connection) {
      ConnectionProvider provider = context.configuration().connectionProvider();
      try {
        return provider instanceof DataSourceConnectionProvider ofDataSource
            && !new ConnectionSource(ofDataSource.dataSource()).isCallers(connection);
      } catch (SQLException e) {
        throw DatabaseErrors.translate(e);
      }
    }
  }
}
