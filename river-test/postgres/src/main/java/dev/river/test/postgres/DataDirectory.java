package dev.river.test.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Where an embedded server keeps its data: in memory, if there is enough. A new database is some
 * three hundred files, which takes a disk several times as long.
 */
final class DataDirectory {
  static final String SETTING = "river.test.postgres.directory";

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ENOUGH_BYTES = 2L << 30;

  private DataDirectory() {}

  static Path create(Properties properties, Map<String, String> environment) throws IOException {
    Optional<Path> parent =
        Settings.find(SETTING, properties, environment).map(Path::of).or(DataDirectory::memory);
    String prefix = "river-test-postgres";
    return parent.isPresent()
        ? Files.createTempDirectory(parent.get(), prefix)
        : Files.createTempDirectory(prefix);
  }

  private static Optional<Path> memory() {
    try {
      return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ENOUGH_BYTES
          ? Optional.of(MEMORY)
          : Optional.empty();
    } catch (IOException e) { // not to be had here, and not needed
      return Optional.empty();
    }
  }
}
