package dev.river.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.BasicConfigurator;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** In a JVM of its own, because jOOQ shows its logo once. */
class JooqLogoTest {
  @Test
  void isNotInTheLogOfAClient() throws Exception {
    assertThat(output(WithRiver.class)).containsExactly("select 1 as \"one\"", "property null");
  }

  @Test
  void isInThatOfAnApplicationThatUsesJooqItself() throws Exception {
    assertThat(output(WithoutRiver.class)).anyMatch(line -> line.contains("using jOOQ"));
  }

  private static List<String> output(Class<?> main) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName())
            .redirectErrorStream(true)
            .start();
    try {
      return new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  static final class WithRiver {
    private WithRiver() {}

    public static void main(String[] args) {
      logEverything();
      new Contexts(Optional.empty());
      System.out.println(DSL.using(SQLDialect.POSTGRES).render(DSL.selectOne()));
      System.out.println("property " + System.getProperty("org.jooq.no-logo"));
    }
  }

  static final class WithoutRiver {
    private WithoutRiver() {}

    public static void main(String[] args) {
      logEverything();
      System.out.println(DSL.using(SQLDialect.POSTGRES).render(DSL.selectOne()));
    }
  }

  private static void logEverything() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset(); // the tests' own settings, which keep the console quiet
    BasicConfigurator toTheConsole = new BasicConfigurator();
    toTheConsole.setContext(context);
    toTheConsole.configure(context);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
  }
}
