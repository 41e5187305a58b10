/** What the library throws beyond the JDK's own exceptions. */
@NullMarked
package dev.river.error;

import org.jspecify.annotations.NullMarked;
