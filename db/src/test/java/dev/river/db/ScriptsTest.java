package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScriptsTest {
  @Test
  void listsExactlyTheFilesOfTheMigrations() throws Exception {
    assertThat(files("migration"))
        .containsExactlyInAnyOrderElementsOf(names(m -> fileName('V', m)));
  }

  @Test
  void hasNoUndoForAMigrationThatDoesNotExist() throws Exception {
    assertThat(names(m -> fileName('U', m))).containsAll(files("undo"));
  }

  @Test
  void countsVersionsFromOneWithoutAGap() {
    assertThat(Scripts.all())
        .extracting(Migration::version)
        .isEqualTo(IntStream.rangeClosed(1, Scripts.all().size()).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("dev.river.db.RiverMigrator#migrations")
  void putsTheSchemaIntoEveryStatement(Migration migration) {
    assertThat(migration.sql("mine")).contains("\"mine\".").doesNotContain("${");
    assertThat(migration.undoSql("mine"))
        .hasValueSatisfying(sql -> assertThat(sql).contains("\"mine\".").doesNotContain("${"));
  }

  private static List<String> files(String folder) throws IOException, URISyntaxException {
    var resource = Scripts.class.getClassLoader().getResource("dev/river/db/" + folder);
    try (Stream<Path> files = Files.list(Path.of(Objects.requireNonNull(resource).toURI()))) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static List<String> names(Function<Migration, String> name) {
    return Scripts.all().stream().map(name).toList();
  }

  private static String fileName(char prefix, Migration migration) {
    return "%s%s__%s.sql"
        .formatted(prefix, migration.version(), migration.description().replace(' ', '_'));
  }
}
