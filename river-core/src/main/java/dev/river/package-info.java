/** The client and its builder, the entry to everything else. */
@NullMarked
package dev.river;

import org.jspecify.annotations.NullMarked;
