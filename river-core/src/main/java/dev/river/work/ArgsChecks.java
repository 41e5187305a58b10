package dev.river.work;

import java.util.ServiceLoader;

/** Where classes of arguments are checked: outside of this package, which knows the JDK only. */
final class ArgsChecks {
  static final ArgsCheck CHECK =
      ServiceLoader.load(ArgsCheck.class, ArgsCheck.class.getClassLoader())
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "River's META-INF/services/%s must be on the class path; a jar that unites"
                              .formatted(ArgsCheck.class.getName())
                          + " others has to unite their service files too"));

  private ArgsChecks() {}
}
