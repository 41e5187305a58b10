@NullMarked
package dev.river.test.postgres;

import org.jspecify.annotations.NullMarked;
