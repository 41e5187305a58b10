/** The frameworks that are compared, each behind the same interface. */
@NullMarked
package dev.river.bench.system;

import org.jspecify.annotations.NullMarked;
