/** Tests of what measures compute. */
@NullMarked
package dev.river.bench.measure;

import org.jspecify.annotations.NullMarked;
