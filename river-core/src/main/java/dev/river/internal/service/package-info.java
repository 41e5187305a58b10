/** The one lifecycle that every long-running part has; knows the JDK and the exceptions only. */
@NullMarked
package dev.river.internal.service;

import org.jspecify.annotations.NullMarked;
