package dev.river.test;

import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.JobArgs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares arguments by what is stored of them. {@code equals} alone would tell two arrays of the
 * same elements apart, and components that are not stored at all.
 */
final class ArgsCheck {
  private static final String ABSENT = "nothing";

  private ArgsCheck() {}

  /**
   * {@return arguments as a worker would get them: without what isn't stored, and as precise as
   * that is stored}
   *
   * @throws IllegalArgumentException if they can't be stored, or not be read any more then
   */
  static <T extends JobArgs> T asStored(T args, Class<T> argsClass) {
    try {
      return Json.CODEC.decodeArgs(Json.CODEC.encodeArgs(args), argsClass);
    } catch (UndecodableArgsException e) {
      throw new IllegalArgumentException("expected " + e.getMessage(), e);
    }
  }

  /** {@return one line for each component that differs} */
  static <T extends JobArgs> List<String> differences(T wanted, T found) {
    String wantedJson = Json.CODEC.encodeArgs(wanted);
    String foundJson = Json.CODEC.encodeArgs(found);
    if (wanted.equals(found) || wantedJson.equals(foundJson)) {
      return List.of();
    }
    List<String> lines = entryDifferences(Json.entries(wantedJson), Json.entries(foundJson));
    return lines.isEmpty()
        ? List.of(Descriptions.ofDifference("args", wantedJson, foundJson))
        : lines;
  }

  private static List<String> entryDifferences(
      Map<String, String> wanted, Map<String, String> found) {
    List<String> lines = new ArrayList<>();
    Set<String> names = new TreeSet<>(wanted.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      String wantedValue = wanted.getOrDefault(name, ABSENT);
      String foundValue = found.getOrDefault(name, ABSENT);
      if (!wantedValue.equals(foundValue)) {
        lines.add(Descriptions.ofDifference("args." + name, wantedValue, foundValue));
      }
    }
    return lines;
  }
}
