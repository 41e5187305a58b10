package dev.river.bench.system;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The settings of a framework. Those of all are in the file {@code settings.properties}, each with
 * the document that recommends it.
 */
public final class Settings {
  private static final String FILE = "settings.properties";

  private final String framework;
  private final Map<String, String> values;

  private Settings(String framework, Map<String, String> values) {
    this.framework = framework;
    this.values = values;
  }

  /** {@return the settings of a framework, by the name that they begin with in the file} */
  public static Settings of(String framework) {
    Properties all = read();
    Map<String, String> values = new TreeMap<>();
    for (String name : all.stringPropertyNames()) {
      if (name.startsWith(framework + ".")) {
        values.put(name.substring(framework.length() + 1), all.getProperty(name).strip());
      }
    }
    return new Settings(framework, values);
  }

  /** {@return the framework that they are those of} */
  String framework() {
    return framework;
  }

  /** {@return all of them, by their names} */
  public Map<String, String> all() {
    return values;
  }

  String text(String name) {
    return Objects.requireNonNull(
        values.get(name), () -> "%s has no %s.%s".formatted(FILE, framework, name));
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  double fraction(String name) {
    return Double.parseDouble(text(name));
  }

  private static Properties read() {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Settings.class.getResourceAsStream(FILE)),
            StandardCharsets.UTF_8)) {
      Properties all = new Properties();
      all.load(reader);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }
}
