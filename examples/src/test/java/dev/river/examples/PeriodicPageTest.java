package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/periodic.md is that of examples, which another test runs. */
class PeriodicPageTest {
  @Test
  void showsCodeThatIsCompiledAndRun() throws Exception {
    String page = Files.readString(Path.of("../docs/periodic.md"));
    String source =
        Files.readString(Path.of("src/main/java/dev/river/examples/PeriodicJobExample.java"))
            + Files.readString(Path.of("src/main/java/dev/river/examples/CronJob.java"));
    List<String> blocks =
        Pattern.compile("^ *```java\n(.*?)\n *```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> squeezed(block.group(1)))
            .toList();

    assertThat(page).startsWith("# Periodic jobs\n\n```java\n");
    assertThat(blocks).hasSize(5).allSatisfy(block -> assertThat(squeezed(source)).contains(block));
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
