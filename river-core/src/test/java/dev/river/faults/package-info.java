/**
 * A fleet of real processes that are killed, suspended and cut off, and what must hold all the
 * same.
 */
@NullMarked
package dev.river.faults;

import org.jspecify.annotations.NullMarked;
