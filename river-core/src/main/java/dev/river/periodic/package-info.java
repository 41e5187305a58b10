/** Jobs that are inserted again and again: what, and when. */
@NullMarked
package dev.river.periodic;

import org.jspecify.annotations.NullMarked;
