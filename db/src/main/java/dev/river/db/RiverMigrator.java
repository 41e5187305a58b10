package dev.river.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * Brings River's schema into a database and keeps it at a version.
 *
 * <p>It shares nothing with migrations of the application: its files lie in a location of their own
 * and its history in a table of its own, {@code river_flyway_history}. Give it a schema of its own
 * too: a Flyway of the application refuses a schema that holds tables already, so in one schema the
 * application's migrations must run first. Several migrators may be started at once; they wait for
 * each other. A schema that a River migrator of another language brought to main version 7 is
 * adopted as version 1, and one that was made by running printed statements ({@link Migration#sql})
 * at the version that those brought.
 *
 * <pre>{@code
 * RiverMigrator.builder(dataSource).schema("river").build().migrate();
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Every method opens and closes its own
 * connections, at most three at a time, and needs a role that may create tables, types and
 * functions in the schema. In a transaction whose connection the data source hands out, as Spring's
 * {@code TransactionAwareDataSourceProxy} does, it throws an {@link IllegalStateException}: what it
 * does has transactions of its own.
 */
public final class RiverMigrator {
  private final DataSource dataSource;
  private final @Nullable String chosenSchema;

  private RiverMigrator(DataSource dataSource, @Nullable String chosenSchema) {
    this.dataSource = dataSource;
    this.chosenSchema = chosenSchema;
  }

  /**
   * {@return a builder of migrators}
   *
   * @param dataSource the database that is to hold River's schema
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(Objects.requireNonNull(dataSource, "dataSource"));
  }

  /** {@return every migration of this release, the oldest first} */
  public static List<Migration> migrations() {
    return Scripts.all();
  }

  /**
   * Applies every migration that is not applied yet. The schema is created if it does not exist. A
   * schema that a newer release of River has already brought further is left as it is.
   *
   * <p>Jobs may be inserted and worked meanwhile. Where there is a table of jobs already, its new
   * indexes are built concurrently, which takes long in a large table and waits for every
   * transaction that is open then; one that an earlier call left unfinished is built anew.
   *
   * @return the migrations that this call applied, the oldest first; empty if there was nothing to
   *     do
   * @throws MigrationException if one failed (it is rolled back, those before it stay), or if the
   *     applied ones do not match this release
   */
  public List<Migration> migrate() {
    return locked(
        (connection, history) -> {
          adopt(connection, history);
          return upgrade(connection, history, Scripts.newest());
        });
  }

  /**
   * Applies every migration up to a version that is not applied yet.
   *
   * @param version the newest version to apply, 1 to the newest of {@link #migrations}
   * @return the migrations that this call applied, the oldest first
   * @throws IllegalArgumentException if there is no such version
   * @throws MigrationException as {@link #migrate} does, and if a newer version is applied already
   */
  public List<Migration> migrateTo(int version) {
    checkVersion(version, 1);
    return locked(
        (connection, history) -> {
          adopt(connection, history);
          int current = history.version();
          if (current > version) {
            throw new MigrationException(
                "schema %s is at version %s already: use undoTo(%s) to go back to %s"
                    .formatted(history.schema(), current, version, version));
          }
          return upgrade(connection, history, version);
        });
  }

  /**
   * Takes back every applied migration beyond a version, the newest first, each in a transaction of
   * its own. What those versions stored is deleted: version 0 deletes every job, and leaves the
   * empty history table. What {@link #migrate} has neither applied nor adopted is left alone.
   *
   * @param version the version to go back to; 0 takes everything back
   * @return the migrations that this call took back, the newest first
   * @throws IllegalArgumentException if there is no such version
   * @throws MigrationException if one failed (it is rolled back, those before it stay taken back),
   *     or if a newer release of River has brought the schema further than this one knows
   */
  public List<Migration> undoTo(int version) {
    checkVersion(version, 0);
    return locked(
        (connection, history) -> {
          int current = history.version();
          if (current > Scripts.newest() && current > version) {
            throw new MigrationException(
                "schema %s is at version %s, which a newer release of River brought: undo it with that release"
                    .formatted(history.schema(), current));
          }
          List<Migration> undone = between(version, current);
          Collections.reverse(undone);
          for (Migration migration : undone) {
            Undo.run(connection, history, migration);
          }
          return undone;
        });
  }

  /** {@return every migration of this release with its state in the database, the oldest first} */
  public List<MigrationStatus> list() {
    return connected(
        (connection, history) -> {
          NavigableMap<Integer, Instant> applied = history.applied();
          return migrations().stream()
              .map(m -> new MigrationStatus(m, appliedAt(m, applied)))
              .toList();
        });
  }

  /**
   * Checks that every migration of this release is applied, unchanged.
   *
   * @throws MigrationException if one is missing, failed or was changed; the message names each
   */
  public void validate() {
    List<String> problems = connected((connection, history) -> history.problems());
    if (!problems.isEmpty()) {
      throw new MigrationException(
          "River's schema is not as this release needs it; migrate() applies what is missing: "
              + String.join("; ", problems));
    }
  }

  /**
   * Creates the indexes that searching jobs wants, those that are missing: for lists by kind, by
   * final time, by tags, by metadata and by arguments, and for lists and counts of running,
   * pending, cancelled and discarded jobs. Working jobs does without, and pays for each of them
   * whenever a job is inserted or changes: three of them are GIN indexes, with which a server works
   * about half as many jobs. They are worth it where people search often in tables that are too
   * large to read whole.
   *
   * <p>They are built while jobs are inserted and worked, which takes long in a large table and
   * waits for every transaction that is open then. One that an earlier call left unfinished is
   * built anew. The migrations neither create nor need them; where the tables are dropped, so are
   * they.
   *
   * @return the names of the indexes that this call created; empty if there was nothing to do
   * @throws MigrationException if the database refused one, for instance because there are no
   *     tables of River; those that were created before it stay
   */
  public List<String> createSearchIndexes() {
    return locked((connection, history) -> SearchIndexes.create(connection, history.schema()));
  }

  /**
   * Drops the indexes that {@link #createSearchIndexes} created.
   *
   * @return the names of the indexes that this call dropped; empty if there was nothing to do
   * @throws MigrationException if the database refused it; those that were dropped before stay so
   */
  public List<String> dropSearchIndexes() {
    return locked((connection, history) -> SearchIndexes.drop(connection, history.schema()));
  }

  private static void adopt(Connection connection, History history) throws SQLException {
    if (history.version() == 0) {
      int version = ForeignSchema.adoptableVersion(connection, history.schema());
      if (version > 0) {
        history.adopt(connection, version);
      }
    }
  }

  private static List<Migration> upgrade(Connection connection, History history, int target)
      throws SQLException {
    int current = history.version();
    if (current >= target) {
      return List.of();
    }
    List<Migration> missing = between(current, target);
    history.validateApplied();
    IndexesAhead.build(connection, history.schema(), missing);
    history.migrateTo(target);
    return missing;
  }

  /** Where the first versions were adopted, only the last of them has a time. */
  private static Optional<Instant> appliedAt(
      Migration migration, NavigableMap<Integer, Instant> applied) {
    return Optional.ofNullable(applied.ceilingEntry(migration.version())).map(Map.Entry::getValue);
  }

  private static List<Migration> between(int exclusive, int inclusive) {
    return new ArrayList<>(
        migrations().stream()
            .filter(m -> m.version() > exclusive && m.version() <= inclusive)
            .toList());
  }

  @SuppressWarnings("try") // the lock is held, not used
  private <T> T locked(Work<T> work) {
    return connected(
        (connection, history) -> {
          try (MigrationLock lock = MigrationLock.acquire(connection, history.schema())) {
            return work.run(connection, history);
          }
        });
  }

  private <T> T connected(Work<T> work) {
    try (Connection connection = OwnConnection.take(dataSource)) {
      return work.run(connection, new History(dataSource, schema(connection)));
    } catch (SQLException e) {
      throw new MigrationException("the database refused: " + e.getMessage(), e);
    } catch (FlywayException e) {
      throw new MigrationException("River's schema could not be migrated: " + e.getMessage(), e);
    }
  }

  private String schema(Connection connection) throws SQLException {
    if (chosenSchema != null) {
      return chosenSchema;
    }
    String current = connection.getSchema();
    if (current == null) {
      throw new MigrationException(
          "the connection's search_path names no schema that exists: name one with schema(...)");
    }
    return SchemaName.check(current);
  }

  private static void checkVersion(int version, int lowest) {
    if (version < lowest || version > Scripts.newest()) {
      throw new IllegalArgumentException(
          "version must be %s to %s, got: %s".formatted(lowest, Scripts.newest(), version));
    }
  }

  private interface Work<T> {
    T run(Connection connection, History history) throws SQLException;
  }

  /** Collects the settings of a migrator. */
  public static final class Builder {
    private final DataSource dataSource;
    private @Nullable String schema;

    private Builder(DataSource dataSource) {
      this.dataSource = dataSource;
    }

    /**
     * Names the schema that holds River's tables, best one of their own, such as {@code river};
     * clients need the same. Default: the first schema of the connection's search path that exists,
     * usually {@code public}.
     *
     * @param schema 1 to 46 letters, digits or underscores, not starting with a digit. The length
     *     leaves room for the names of River's notification channels.
     * @return this builder
     * @throws IllegalArgumentException if the name breaks that rule
     */
    public Builder schema(String schema) {
      this.schema = SchemaName.check(schema);
      return this;
    }

    /** {@return the migrator} */
    public RiverMigrator build() {
      return new RiverMigrator(dataSource, schema);
    }
  }
}
