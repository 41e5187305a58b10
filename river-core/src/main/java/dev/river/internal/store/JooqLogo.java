package dev.river.internal.store;

import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * jOOQ logs its logo and a tip when it first renders a statement in a JVM. That is not what the
 * users of a job framework look for in their logs.
 */
final class JooqLogo {
  private static final List<String> PROPERTIES = List.of("org.jooq.no-logo", "org.jooq.no-tips");

  private JooqLogo() {}

  /**
   * Renders a statement without them, unless something else has rendered one before. There is no
   * other way than system properties, which are set for that moment only, and not where they are
   * set already.
   */
  static void leaveOut() {
    List<String> unset =
        PROPERTIES.stream()
            .filter(name -> System.getProperties().putIfAbsent(name, "true") == null)
            .toList();
    try {
      DSL.using(SQLDialect.POSTGRES).render(DSL.one());
    } finally {
      unset.forEach(System::clearProperty);
    }
  }
}
