/** Jobs as data: what is inserted, what is stored, what is read. */
@NullMarked
package dev.river.job;

import org.jspecify.annotations.NullMarked;
