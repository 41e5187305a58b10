/** Who is there, and who of them leads. */
@NullMarked
package dev.river.internal.lead;

import org.jspecify.annotations.NullMarked;
