/** What the tests of this module share. */
@NullMarked
package dev.river.testing;

import org.jspecify.annotations.NullMarked;
