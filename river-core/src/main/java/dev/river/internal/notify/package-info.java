/** The one LISTEN connection, and what it wakes. */
@NullMarked
package dev.river.internal.notify;

import org.jspecify.annotations.NullMarked;
