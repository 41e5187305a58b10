package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/working.md stands in examples, which are compiled and run. */
class WorkingPageTest {
  @Test
  void showsCodeOfExamples() throws Exception {
    String page = Files.readString(Path.of("../docs/working.md"));
    StringBuilder sources = new StringBuilder();
    for (String example : List.of("CompleteJobWithinTx", "ErrorHandling", "SubscribeToEvents")) {
      sources.append(
          Files.readString(Path.of("src/main/java/dev/river/examples/" + example + ".java")));
    }

    List<String> blocks =
        Pattern.compile("^```java\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> squeezed(block.group(1)))
            .toList();

    assertThat(blocks)
        .hasSize(3)
        .allSatisfy(block -> assertThat(squeezed(sources.toString())).contains(block));
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
