package dev.river.bench.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Properties;
import org.postgresql.Driver;

/** Translates the URL of a database. */
public final class LibpqUrl {
  private LibpqUrl() {}

  /** {@return a URL as everything but JDBC takes it} */
  public static String of(String jdbcUrl) {
    Properties parts = Driver.parseURL(jdbcUrl, null);
    if (parts == null) {
      throw new IllegalArgumentException("must be a JDBC URL of PostgreSQL, got: " + jdbcUrl);
    }
    return "postgres://%s:%s@%s:%s/%s"
        .formatted(
            part(parts, "user"),
            part(parts, "password"),
            part(parts, "PGHOST"),
            part(parts, "PGPORT"),
            part(parts, "PGDBNAME"));
  }

  private static String part(Properties parts, String name) {
    return URLEncoder.encode(parts.getProperty(name, ""), UTF_8);
  }
}
