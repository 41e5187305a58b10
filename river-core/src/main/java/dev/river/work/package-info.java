/** What users implement to have jobs worked. */
@NullMarked
package dev.river.work;

import org.jspecify.annotations.NullMarked;
