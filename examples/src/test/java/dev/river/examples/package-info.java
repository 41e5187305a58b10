/** Runs the examples and looks at what they print. */
@NullMarked
package dev.river.examples;

import org.jspecify.annotations.NullMarked;
