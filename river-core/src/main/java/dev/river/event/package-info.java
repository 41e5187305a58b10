/** What a client tells about the jobs that it works. */
@NullMarked
package dev.river.event;

import org.jspecify.annotations.NullMarked;
