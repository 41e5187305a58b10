@NullMarked
package dev.river.examples.shop;

import org.jspecify.annotations.NullMarked;
