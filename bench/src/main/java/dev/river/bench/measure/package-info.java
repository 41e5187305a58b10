/** What is measured: one class for each measure. */
@NullMarked
package dev.river.bench.measure;

import org.jspecify.annotations.NullMarked;
