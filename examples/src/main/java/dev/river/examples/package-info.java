/**
 * One small program per feature, to be read and run. Each has a {@code main}, and a {@code run}
 * that holds everything worth reading; start with {@link dev.river.examples.InsertAndWork}.
 */
@NullMarked
package dev.river.examples;

import org.jspecify.annotations.NullMarked;
