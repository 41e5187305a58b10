package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The code of docs/fleet.md is that of an example that is run. */
class FleetPageTest {
  @Test
  void showsCodeThatIsCompiled() throws Exception {
    String page = Files.readString(Path.of("../docs/fleet.md"));
    String source = Files.readString(Path.of("src/main/java/dev/river/examples/FleetOfThree.java"));

    assertThat(page).startsWith("# A fleet of clients\n\n```java\n");
    String block = page.substring(page.indexOf("```java\n") + 8, page.indexOf("\n```\n"));
    assertThat(squeezed(source)).contains(squeezed(block));
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
