package dev.river.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param text what it says
 */
record Page(String text) {
  private static final Path SOURCES = Path.of("src");

  /** {@return a page by its path from the root of the repository} */
  static Page of(String path) {
    return new Page(read(Path.of("..").resolve(path)));
  }

  /** {@return the blocks of a language, without the lines around them} */
  List<String> blocks(String language) {
    return Pattern.compile(
            "^ *```" + language + "\n(.*?)\n *```$", Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** {@return code in which any white space is one blank} */
  static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  /** {@return all sources of this module, squeezed} Other tests run them. */
  static String sources() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .map(file -> squeezed(read(file)))
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
