package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code of the pages in docs is that of examples and tests, which are compiled and run. */
class PagesTest {
  private static final String SOURCES = Page.sources();

  static List<String> pagesWithCode() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../docs"))) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> "docs/" + file.getFileName())
          .filter(page -> Page.of(page).text().contains("```java"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pagesWithCode")
  void showsCodeThatIsCompiledAndRun(String page) {
    assertThat(Page.of(page).blocks("java"))
        .isNotEmpty()
        .allSatisfy(block -> assertThat(SOURCES).contains(Page.squeezed(block)));
  }

  @ParameterizedTest
  @MethodSource("pagesWithCode")
  void beginsWithCode(String page) {
    assertThat(Page.of(page).text()).matches("(?s)# [^\n]+\n\n```java\n.*");
  }
}
