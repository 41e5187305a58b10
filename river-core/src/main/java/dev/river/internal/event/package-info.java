/** Hands events to those who have subscribed to them. */
@NullMarked
package dev.river.internal.event;

import org.jspecify.annotations.NullMarked;
