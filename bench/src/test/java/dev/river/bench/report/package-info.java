/** Tests of the reports. */
@NullMarked
package dev.river.bench.report;

import org.jspecify.annotations.NullMarked;
