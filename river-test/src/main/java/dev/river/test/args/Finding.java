package dev.river.test.args;

import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with a stored version when it is read. */
sealed interface Finding {
  String ROOT = "$";

  /** {@return the place in the JSON, from {@code $}} */
  String path();

  /** {@return what is wrong, and what helps} */
  String text();

  /**
   * A value that comes out as another one.
   *
   * @param path where it is
   * @param before as JSON
   * @param after as JSON
   */
  record Changed(String path, String before, String after) implements Finding {
    @Override
    public String text() {
      return "was %s, is %s when it is read and written again".formatted(before, after);
    }
  }

  /**
   * A component of a reference type that is null.
   *
   * @param path where it would be
   */
  record Missing(String path) implements Finding {
    @Override
    public String text() {
      return "is missing, and null when it is read: make it @Nullable or Optional, give it a value in the record's constructor, or let an Upcaster of the worker put one in";
    }
  }

  /**
   * A component of a primitive type that nobody has given a value.
   *
   * @param path where it would be
   * @param value what it is then, as JSON
   */
  record Zero(String path, String value) implements Finding {
    @Override
    public String text() {
      return "is missing, and silently %s when it is read: give it a value in the record's constructor, make it Optional, or let an Upcaster of the worker put in what is meant"
          .formatted(value);
    }
  }

  /**
   * A component without a value beside members that nobody reads.
   *
   * @param path where it would be
   * @param name its name
   * @param oldNames the members that it may be
   */
  record Renamed(String path, String name, List<String> oldNames) implements Finding {
    @Override
    public String text() {
      return "has no value, while %s is not read any more, so it was probably renamed: %s; if not, let an Upcaster remove %s"
          .formatted(quoted(), remedy(), quoted());
    }

    private String remedy() {
      return path.equals(ROOT + "." + name)
          ? "add Upcaster.renamed(\"%s\", \"%s\") to the worker's upcasters"
              .formatted(oldNames.getFirst(), name)
          : "let an Upcaster of the worker rename it";
    }

    private String quoted() {
      return oldNames.stream().map("\"%s\""::formatted).collect(Collectors.joining(" or "));
    }
  }

  /**
   * A version that can't be read at all.
   *
   * @param reason why
   * @param renamed components that were probably renamed
   * @param cause what was thrown
   */
  record Unreadable(String reason, List<Renamed> renamed, Throwable cause) implements Finding {
    @Override
    public String path() {
      return ROOT;
    }

    @Override
    public String text() {
      return reason
          + renamed.stream()
              .map(component -> "; %s %s".formatted(component.path(), component.text()))
              .collect(Collectors.joining());
    }
  }
}
