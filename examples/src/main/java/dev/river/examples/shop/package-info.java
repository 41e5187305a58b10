/** A small application with a service, its jobs and its tests: docs/testing.md tells of those. */
@NullMarked
package dev.river.examples.shop;

import org.jspecify.annotations.NullMarked;
