package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DropperTest {
  @Test
  void tellsOfFailuresUnlessTheJvmEnds() throws Exception {
    assertThat(ChildJvm.run(FailsTwice.class, List.of(), Map.of(), ""))
        .contains("IllegalStateException: in the midst of life", "the JVM ends")
        .doesNotContain("IllegalStateException: at the end");
  }

  /** Drops in vain, then ends and drops in vain once more. */
  static final class FailsTwice {
    private FailsTwice() {}

    public static void main(String[] args) {
      Runtime.getRuntime().addShutdownHook(new Thread(FailsTwice::failAtTheEnd));
      fail("in the midst of life");
    }

    private static void failAtTheEnd() {
      System.out.println("the JVM ends");
      fail("at the end");
    }

    private static void fail(String why) {
      Dropper dropper = new Dropper();
      dropper.execute(
          () -> {
            throw new IllegalStateException(why);
          });
      dropper.stop();
    }
  }
}
