package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import org.jooq.Constants;
import org.junit.jupiter.api.Test;

class JooqVersionTest {

  /** The profile jooq-newest says which version it wants; without it, it is the pinned one. */
  @Test
  void testsRunOnTheVersionThatTheBuildAsksFor() throws ReflectiveOperationException {
    // by reflection, because the compiler copies constants
    assertThat((String) Constants.class.getField("FULL_VERSION").get(null))
        .startsWith(System.getProperty("river.test.jooq", "3.19."));
  }
}
