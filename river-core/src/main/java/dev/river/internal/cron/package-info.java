/** Cron expressions; the only user of cron-utils. */
@NullMarked
package dev.river.internal.cron;

import org.jspecify.annotations.NullMarked;
