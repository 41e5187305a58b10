package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** PostgreSQL's programs are large, and of use on one platform each. */
class BinariesTest {
  @Test
  void thoseForLinuxAreThere() {
    assertThat(isThere("postgres-linux-x86_64.txz")).isTrue();
  }

  @Test
  void thoseForAlpineAreNotForcedOnAnybody() {
    assertThat(isThere("postgres-linux-x86_64-alpine_linux.txz")).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thoseForOtherPlatformsAreNotForcedOnLinux() {
    assertThat(isThere("postgres-darwin-x86_64.txz")).isFalse();
    assertThat(isThere("postgres-darwin-arm_64.txz")).isFalse();
    assertThat(isThere("postgres-windows-x86_64.txz")).isFalse();
  }

  private static boolean isThere(String programs) {
    return BinariesTest.class.getClassLoader().getResource(programs) != null;
  }
}
