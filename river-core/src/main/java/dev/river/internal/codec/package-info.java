/** JSON, the only user of Jackson. */
@NullMarked
package dev.river.internal.codec;

import org.jspecify.annotations.NullMarked;
