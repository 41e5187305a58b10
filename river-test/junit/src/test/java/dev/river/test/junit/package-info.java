@NullMarked
package dev.river.test.junit;

import org.jspecify.annotations.NullMarked;
