/** Services that keep the job table in order. */
@NullMarked
package dev.river.internal.maintain;

import org.jspecify.annotations.NullMarked;
