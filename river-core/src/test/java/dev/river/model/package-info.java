/**
 * What may become of jobs, told once more and plainly, to compare with what does become of them.
 */
@NullMarked
package dev.river.model;

import org.jspecify.annotations.NullMarked;
