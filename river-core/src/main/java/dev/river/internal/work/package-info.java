/** The way of a job from its claim to its stored result: producer, executor, completer. */
@NullMarked
package dev.river.internal.work;

import org.jspecify.annotations.NullMarked;
