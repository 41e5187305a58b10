package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @Test
  void isMadeWhereTheSettingSays(@TempDir Path place) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("river.test.postgres.directory", place.toString());
    assertThat(DataDirectory.create(properties, Map.of())).hasParent(place).isEmptyDirectory();
  }

  @Test
  void isMadeInMemoryOrInTheTemporaryDirectory() throws Exception {
    Path directory = DataDirectory.create(new Properties(), Map.of());
    try {
      assertThat(directory.getParent())
          .isIn(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")));
    } finally {
      Files.delete(directory);
    }
  }
}
