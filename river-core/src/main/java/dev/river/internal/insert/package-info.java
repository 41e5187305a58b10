/** From arguments and options to a resolved row, and the hint that wakes a producer. */
@NullMarked
package dev.river.internal.insert;

import org.jspecify.annotations.NullMarked;
