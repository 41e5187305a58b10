@NullMarked
package dev.river.test.junit.older;

import org.jspecify.annotations.NullMarked;
