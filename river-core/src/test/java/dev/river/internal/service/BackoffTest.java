package dev.river.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMillis(700);

  private final Backoff backoff = new Backoff(FIRST, LONGEST);

  @Test
  void doublesUpToTheLongestRestAndTakesAtLeastHalfOfEach() {
    assertNextUpTo(100);
    assertNextUpTo(200);
    assertNextUpTo(400);
    assertNextUpTo(700);
    assertNextUpTo(700);
  }

  @Test
  void beginsAnewAfterASuccess() {
    assertNextUpTo(100);
    assertNextUpTo(200);

    backoff.reset();

    assertNextUpTo(100);
    assertNextUpTo(200);
  }

  @Test
  void spreadsItsRests() {
    Set<Duration> rests = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      backoff.reset();
      rests.add(backoff.next());
    }

    assertThat(rests).hasSizeGreaterThan(50);
  }

  private void assertNextUpTo(long millis) {
    assertThat(backoff.next()).isBetween(Duration.ofMillis(millis / 2), Duration.ofMillis(millis));
  }
}
