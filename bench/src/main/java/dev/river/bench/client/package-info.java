/** Clients of a framework, in this process or in another, behind the same interface. */
@NullMarked
package dev.river.bench.client;

import org.jspecify.annotations.NullMarked;
