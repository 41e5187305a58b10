/**
 * A real PostgreSQL for tests: {@link dev.river.test.postgres.TestPostgres} gives each test a
 * database of its own with River's schema in it.
 */
@NullMarked
package dev.river.test.postgres;

import org.jspecify.annotations.NullMarked;
