package dev.river.test.args;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where versions of arguments are stored: a directory for each kind, a file for each version. */
record GoldenDirectory(Path root) {
  private static final String EXTENSION = ".json";
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}\\.json");

  Path folder(String kind) {
    return root.resolve(KindFolder.of(kind));
  }

  Path file(String kind, int number) {
    return folder(kind).resolve(number + EXTENSION);
  }

  /** {@return the versions of a kind, the oldest first} */
  List<StoredVersion> versions(String kind) {
    return files(kind).stream()
        .filter(GoldenDirectory::isVersion)
        .map(file -> new StoredVersion(kind, number(file), file, read(file)))
        .sorted(Comparator.comparingInt(StoredVersion::number))
        .toList();
  }

  /** {@return files that look like versions of a kind and are none} */
  List<Path> strays(String kind) {
    return files(kind).stream()
        .filter(file -> name(file).endsWith(EXTENSION) && !isVersion(file))
        .toList();
  }

  /** {@return the kinds that have a version} */
  List<String> kinds() {
    return list(root).stream()
        .filter(Files::isDirectory)
        .filter(folder -> list(folder).stream().anyMatch(GoldenDirectory::isVersion))
        .map(folder -> KindFolder.kindOf(name(folder)))
        .toList();
  }

  /** Stores a version that is not there yet. */
  void write(String kind, int number, String json) {
    Path file = file(kind, number);
    try {
      Files.createDirectories(folder(kind));
      Files.writeString(file, PrettyJson.of(json) + "\n", StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be written".formatted(file), e);
    }
  }

  /** A file system that takes upper for lower case must not give one kind the files of another. */
  private List<Path> files(String kind) {
    return list(root).stream()
        .filter(folder -> name(folder).equals(KindFolder.of(kind)))
        .flatMap(folder -> list(folder).stream())
        .toList();
  }

  private static List<Path> list(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be read".formatted(directory), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be read".formatted(file), e);
    }
  }

  private static boolean isVersion(Path file) {
    return VERSION.matcher(name(file)).matches();
  }

  private static int number(Path file) {
    return Integer.parseInt(name(file).substring(0, name(file).length() - EXTENSION.length()));
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
