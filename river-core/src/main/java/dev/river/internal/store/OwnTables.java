package dev.river.internal.store;

import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.error.SqlFault;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/**
 * Where statements run that need the tables which only our own migrations make. A schema that
 * another River has migrated lacks them, and that is what is said then.
 */
public final class OwnTables implements Scope {
  private final Scope scope;
  private final Database database;
  private final SchemaVersions versions;

  /**
   * Creates it.
   *
   * @param scope where they run
   * @param database where the version is looked up: a statement that failed has ended the caller's
   *     transaction
   * @param versions knows which version is needed
   */
  public OwnTables(Scope scope, Database database, SchemaVersions versions) {
    this.scope = scope;
    this.database = database;
    this.versions = versions;
  }

  @Override
  public <T> T call(Function<DSLContext, T> work) {
    return explained(() -> scope.call(work));
  }

  @Override
  public <T> T call(Function<DSLContext, T> work, Consumer<? super T> committed) {
    return explained(() -> scope.call(work, committed));
  }

  @Override
  public <T> T read(Function<DSLContext, T> work) {
    return explained(() -> scope.read(work));
  }

  private <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (DatabaseException e) {
      if (e.fault() == SqlFault.NO_TABLE) {
        checkVersion(e);
      }
      throw e;
    }
  }

  private void checkVersion(DatabaseException failure) {
    try {
      database.run(versions::checked);
    } catch (SchemaNotMigratedException e) {
      e.addSuppressed(failure);
      throw e;
    } catch (DatabaseException e) {
      failure.addSuppressed(e); // nobody can tell
    }
  }
}
