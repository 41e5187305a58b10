package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Checks that written JSON can be stored and read again. Errors name the rule and the size of what
 * broke it, never its content.
 */
final class JsonCheck {
  private static final JsonFactory FACTORY = JsonLimits.ofChecks();
  private static final int MAX_BYTES_OF_CHAR = 3;

  private JsonCheck() {}

  /** {@return the JSON, if it is one value within all limits} */
  static String all(String what, String json, int maxBytes) {
    JsonText.checkStorable(what, json);
    return size(what, json, tokens(what, json), maxBytes);
  }

  /**
   * {@return the JSON, if it is within all limits that Jackson's generator has not checked yet}
   *
   * @param plain whether no number of any length and no raw JSON was written
   */
  static String generated(String what, String json, boolean plain, int maxBytes) {
    if (!plain || json.length() > JsonLimits.MAX_NAME_CHARS) {
      return all(what, json, maxBytes);
    }
    return JsonText.checkStorable(what, json);
  }

  /** {@return the name, if it can be stored} */
  static String name(String what, String name) {
    JsonText.checkStorable(what, JsonText.quoted(name));
    if (name.length() > JsonLimits.MAX_NAME_CHARS) {
      throw new IllegalArgumentException(
          "%s must have at most %s characters, got: %s"
              .formatted(what, JsonLimits.MAX_NAME_CHARS, name.length()));
    }
    return name;
  }

  /** {@return by how many characters PostgreSQL writes the JSON's numbers longer} */
  private static long tokens(String what, String json) {
    long growth = 0;
    int depth = 0;
    int values = 0;
    try (JsonParser parser = FACTORY.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (depth == 0 && !token.isStructEnd()) {
          values++;
        }
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token.isNumeric()) {
          growth += JsonNumber.growth(what, parser.getText());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s must be JSON within River's limits: %s".formatted(what, JsonProblem.text(e)));
    } catch (IOException e) {
      throw new UncheckedIOException("a text can't fail to be read", e);
    }
    if (values != 1) {
      throw new IllegalArgumentException(
          "%s must be one JSON value, got: %s".formatted(what, values));
    }
    return growth;
  }

  private static String size(String what, String json, long growth, int maxBytes) {
    if ((long) json.length() * MAX_BYTES_OF_CHAR + growth > maxBytes) {
      long bytes = JsonText.utf8Bytes(json) + growth;
      if (bytes > maxBytes) {
        throw new IllegalArgumentException(
            "%s must have at most %s bytes of JSON, got: %s".formatted(what, maxBytes, bytes));
      }
    }
    return json;
  }
}
