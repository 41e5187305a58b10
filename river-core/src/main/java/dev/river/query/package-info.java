/** Which jobs to look for, and what is found. */
@NullMarked
package dev.river.query;

import org.jspecify.annotations.NullMarked;
