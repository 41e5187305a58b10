package dev.river.db;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a migration is applied to a database.
 *
 * @param migration the migration
 * @param appliedAt when it was applied, by the database's clock; empty if it is not applied. A
 *     version that was adopted has the time of its adoption. The history keeps local time without a
 *     zone: a JVM in another time zone than the one that migrated reads it shifted.
 */
public record MigrationStatus(Migration migration, Optional<Instant> appliedAt) {

  /** {@return whether the migration is applied} */
  public boolean applied() {
    return appliedAt.isPresent();
  }
}
