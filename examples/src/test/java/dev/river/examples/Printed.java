package dev.river.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import javax.sql.DataSource;

/** What an example prints. */
final class Printed {
  /** The {@code run} of an example. */
  interface Example {
    void run(DataSource dataSource, PrintStream out) throws Exception;
  }

  private Printed() {}

  /** {@return the lines that an example prints on a database of its own, whose ids begin at 1} */
  static List<String> by(Example example) throws Exception {
    try (TestDatabase database = TestPostgres.shared().createDatabase()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      example.run(database.dataSource(), new PrintStream(bytes, true, UTF_8));
      return bytes.toString(UTF_8).lines().toList();
    }
  }
}
