package dev.river.internal.maintain;

/**
 * How a client looks after its fleet.
 *
 * @param advisoryLockPrefix the first key of its advisory locks
 */
public record UpkeepSettings(int advisoryLockPrefix) {}
