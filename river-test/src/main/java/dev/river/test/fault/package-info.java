/** Faults of a database, for tests of what an application makes of them. */
@NullMarked
package dev.river.test.fault;

import org.jspecify.annotations.NullMarked;
