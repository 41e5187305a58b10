/** The PostgreSQL that everything is measured on. */
@NullMarked
package dev.river.bench.postgres;

import org.jspecify.annotations.NullMarked;
