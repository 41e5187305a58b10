package dev.river.test.postgres;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The settings of a JVM. Each is a system property, or else an environment variable. */
final class Settings {
  private Settings() {}

  /** {@return the value of a setting, if there is one that is not blank} */
  static Optional<String> find(
      String name, Properties properties, Map<String, String> environment) {
    String variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
    return Optional.ofNullable(properties.getProperty(name))
        .or(() -> Optional.ofNullable(environment.get(variable)))
        .filter(value -> !value.isBlank());
  }
}
