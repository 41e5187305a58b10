/** What the build needs to generate the table classes; no part of any release. */
@NullMarked
package dev.river.schema.generator;

import org.jspecify.annotations.NullMarked;
