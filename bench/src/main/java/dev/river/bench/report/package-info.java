/** What the measures have found, as text, JSON and pictures. */
@NullMarked
package dev.river.bench.report;

import org.jspecify.annotations.NullMarked;
