package dev.river.test.args;

import dev.river.work.RegisteredWorker;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a comparison of versions is to do.
 *
 * @param directory where versions are stored
 * @param workers workers by kind, whose upcasters apply
 * @param recording whether versions that are missing are written
 * @param allKinds whether every kind that is stored needs a sample
 * @param comparingValues whether values count too, not only names and types
 */
public record CompatibilitySettings(
    Path directory,
    Map<String, RegisteredWorker<?>> workers,
    boolean recording,
    boolean allKinds,
    boolean comparingValues) {}
