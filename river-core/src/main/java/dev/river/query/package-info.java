/** Job and queue queries, pages, cursors. */
@NullMarked
package dev.river.query;

import org.jspecify.annotations.NullMarked;
