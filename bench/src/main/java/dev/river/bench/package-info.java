/** The benchmark: what is run, in which order, with which options. */
@NullMarked
package dev.river.bench;

import org.jspecify.annotations.NullMarked;
