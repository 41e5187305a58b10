package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import dev.river.test.postgres.ServerKind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives the tests of a class what its {@link RiverTest} says. */
final class AnnotatedRiver extends RiverParameters {
  /** Of this JVM, so that each setup prepares once. */
  private static final Map<Origin, PreparedDatabases> DATABASES = new ConcurrentHashMap<>();

  private record Origin(ServerKind server, Class<? extends RiverTestSetup> setup) {
    PreparedDatabases databases() {
      return new PreparedDatabases(
          server,
          setup == RiverTestSetup.None.class
              ? Optional.empty()
              : Optional.of(
                  new Preparation(
                      setup.getName(), database -> Setups.create(setup).prepare(database))));
    }
  }

  AnnotatedRiver() {}

  @Override
  RiverSettings settings(ExtensionContext context) {
    RiverTest annotation = nearest(context);
    Class<? extends RiverTestSetup> setup = annotation.setup();
    PreparedDatabases databases =
        DATABASES.computeIfAbsent(new Origin(annotation.server(), setup), Origin::databases);
    BiConsumer<RiverClientBuilder, DataSource> client =
        (builder, database) -> Setups.create(setup).configure(builder, database);
    return new RiverSettings(databases, annotation.isolation(), client);
  }

  /** {@return the annotation of a test's class, or else of one that encloses it} */
  private static RiverTest nearest(ExtensionContext context) {
    return context
        .getTestClass()
        .flatMap(type -> AnnotationSupport.findAnnotation(type, RiverTest.class))
        .or(() -> context.getParent().map(AnnotatedRiver::nearest))
        .orElseThrow(() -> new IllegalStateException("no class of the test has @RiverTest"));
  }
}
