@NullMarked
package dev.river.db;

import org.jspecify.annotations.NullMarked;
