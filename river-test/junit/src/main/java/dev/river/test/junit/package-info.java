/**
 * Databases and clients for tests with JUnit Jupiter: {@link dev.river.test.junit.RiverTest} on a
 * class, or a {@link dev.river.test.junit.RiverExtension} in a field.
 */
@NullMarked
package dev.river.test.junit;

import org.jspecify.annotations.NullMarked;
