package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The assertions in a class path of their own, where there is no library for tests. */
class WithoutAssertJTest {
  private static final String[] LIBRARIES = {"assertj", "junit", "opentest4j", "apiguardian"};

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  @Test
  void assertsWithoutAssertJAndJUnit() throws IOException, ReflectiveOperationException {
    long id = DB.insert(new AssertionsFixture.MailArgs("bob")).id();

    try (URLClassLoader without = classLoader()) {
      assertMissing(without, "org.assertj.core.api.Assertions");
      assertMissing(without, "org.junit.jupiter.api.Test");
      assertMissing(without, "org.opentest4j.AssertionFailedError");

      assertThat(withoutAssertJ(without).apply(DB.connection()))
          .isEqualTo(
              """
              expected no job of kind "mail" (MailArgs) with args {"to":"bob"}, got 1:
                job %s of kind "mail", available in queue default: {"to": "bob"}"""
                  .formatted(id));
    }
  }

  @SuppressWarnings("unchecked") // a class of the same name, but of the other class path
  private static Function<Connection, Object> withoutAssertJ(ClassLoader loader)
      throws ReflectiveOperationException {
    Class<?> type = loader.loadClass(WithoutAssertJ.class.getName());
    assertThat(type).isNotSameAs(WithoutAssertJ.class);
    return (Function<Connection, Object>) type.getConstructor().newInstance();
  }

  private static void assertMissing(ClassLoader loader, String name) {
    assertThatThrownBy(() -> loader.loadClass(name)).isInstanceOf(ClassNotFoundException.class);
  }

  private static URLClassLoader classLoader() {
    String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
    URL[] urls =
        Stream.of(classPath)
            .filter(entry -> Stream.of(LIBRARIES).noneMatch(entry::contains))
            .map(WithoutAssertJTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("no place on a class path: " + entry, e);
    }
  }
}
