package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.engine.JupiterTestEngine;

class JUnitVersionTest {
  /** Where the build runs the tests on another version than that which they are compiled with. */
  private static final String PROPERTY = "river.test.junit";

  @Test
  void isTheOneThatTheBuildAsksFor() {
    String version = System.getProperty(PROPERTY);
    assumeTrue(version != null, "runs where the build says which version");

    assertThat(Extension.class.getPackage().getImplementationVersion()).isEqualTo(version);
    assertThat(JupiterTestEngine.class.getPackage().getImplementationVersion()).isEqualTo(version);
  }
}
