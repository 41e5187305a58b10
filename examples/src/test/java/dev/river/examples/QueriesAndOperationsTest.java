package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page's code is that which is compiled and run here. */
class QueriesAndOperationsTest {
  private static final Path PAGE = Path.of("../docs/queries-and-operations.md");
  private static final Path SOURCE =
      Path.of("src/main/java/dev/river/examples/QueriesAndOperations.java");

  @Test
  void doesWhatItsCommentsSay() throws Exception {
    assertThat(Printed.by(QueriesAndOperations::run))
        .containsExactly(
            "cancelled: [1]", "cancelled jobs: 1", "1: CANCELLED {\"address\": \"10 Elm Street\"}");
  }

  @Test
  void isWhatThePageShows() throws IOException {
    String source = squeezed(Files.readString(SOURCE));
    List<String> blocks =
        Pattern.compile("^```java\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map(block -> block.group(1))
            .toList();

    assertThat(blocks).hasSize(2).allSatisfy(block -> assertThat(source).contains(squeezed(block)));
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
