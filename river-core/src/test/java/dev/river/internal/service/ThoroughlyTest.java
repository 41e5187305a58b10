package dev.river.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThoroughlyTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void everyStepIsDoneInOrder() {
    Thoroughly.run(() -> done.add("first"), () -> done.add("second"));

    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void theStepsAfterOneThatFailsAreDoneToo() {
    Error first = new NoClassDefFoundError("first");
    RuntimeException second = new IllegalStateException("second");

    assertThatThrownBy(
            () ->
                Thoroughly.run(
                    () -> {
                      throw first;
                    },
                    () -> done.add("between"),
                    () -> {
                      throw second;
                    },
                    () -> done.add("last")))
        .isSameAs(first)
        .hasSuppressedException(second);

    assertThat(done).containsExactly("between", "last");
  }

  @Test
  void theSameFailureTwiceIsThrownOnce() {
    Error same = new OutOfMemoryError("one for all");
    Runnable failing =
        () -> {
          throw same;
        };

    assertThatThrownBy(() -> Thoroughly.run(failing, failing, () -> done.add("last")))
        .isSameAs(same);

    assertThat(done).containsExactly("last");
  }
}
