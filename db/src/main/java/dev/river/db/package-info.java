/**
 * The schema of River: its migrations, and {@link dev.river.db.RiverMigrator}, which applies them.
 */
@NullMarked
package dev.river.db;

import org.jspecify.annotations.NullMarked;
