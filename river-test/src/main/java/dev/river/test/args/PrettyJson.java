package dev.river.test.args;

/** Breaks JSON into lines, and leaves each name and value as it was written. */
final class PrettyJson {
  private final String json;
  private final StringBuilder pretty = new StringBuilder();
  private int depth;

  private PrettyJson(String json) {
    this.json = json;
  }

  /**
   * {@return JSON with a line for each member}
   *
   * @param json without blanks between its parts
   */
  static String of(String json) {
    return new PrettyJson(json).lines();
  }

  private String lines() {
    int at = 0;
    while (at < json.length()) {
      int end = json.charAt(at) == '"' ? endOfText(at) : at + 1;
      append(json.substring(at, end), at);
      at = end;
    }
    return pretty.toString();
  }

  private int endOfText(int start) {
    int at = start + 1;
    while (json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private void append(String part, int at) {
    switch (part) {
      case "{", "[" -> {
        depth++;
        pretty.append(part);
        if (!isEmpty(at)) {
          newLine();
        }
      }
      case "}", "]" -> {
        depth--;
        if (!isEmpty(at - 1)) {
          newLine();
        }
        pretty.append(part);
      }
      case "," -> {
        pretty.append(part);
        newLine();
      }
      case ":" -> pretty.append(": ");
      default -> pretty.append(part);
    }
  }

  /** Whether what opens at a place ends behind it. */
  private boolean isEmpty(int at) {
    String both = json.substring(at, at + 2);
    return both.equals("{}") || both.equals("[]");
  }

  private void newLine() {
    pretty.append('\n').append("  ".repeat(depth));
  }
}
