package dev.river.periodic;

import java.util.ServiceLoader;

/** Where cron expressions are read: outside of this package, which knows the JDK only. */
final class Cron {
  static final CronReader READER =
      ServiceLoader.load(CronReader.class, CronReader.class.getClassLoader())
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "River's META-INF/services/%s must be on the class path; a jar that unites"
                              .formatted(CronReader.class.getName())
                          + " others has to unite their service files too"));

  private Cron() {}
}
