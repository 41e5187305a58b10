/** Assertions for tests of code that inserts jobs, for any test framework. */
@NullMarked
package dev.river.test;

import org.jspecify.annotations.NullMarked;
