package dev.river.internal.store;

import java.util.List;
import java.util.stream.Collectors;

/** Values in the text form that PostgreSQL reads. */
final class PostgresText {
  private PostgresText() {}

  /** {@return an array of texts, none of them NULL} */
  static String array(List<String> texts) {
    return texts.stream()
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Appends a value of a row of COPY: backslash, tab and ends of line have a meaning there. */
  static void appendCopyValue(StringBuilder row, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> row.append("\\\\");
        case '\t' -> row.append("\\t");
        case '\n' -> row.append("\\n");
        case '\r' -> row.append("\\r");
        default -> row.append(c);
      }
    }
  }
}
