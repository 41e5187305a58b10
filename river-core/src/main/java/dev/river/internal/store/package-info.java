/** All SQL of the library, one class per subject. */
@NullMarked
package dev.river.internal.store;

import org.jspecify.annotations.NullMarked;
