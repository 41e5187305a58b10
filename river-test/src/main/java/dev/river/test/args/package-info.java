/** How versions of job arguments are compared, for {@link dev.river.test.ArgsCompatibility}. */
@NullMarked
package dev.river.test.args;

import org.jspecify.annotations.NullMarked;
