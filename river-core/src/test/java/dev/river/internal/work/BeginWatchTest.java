package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.JobRowBuilder;
import dev.river.testing.LogWatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BeginWatchTest {
  @RegisterExtension final LogWatch log = new LogWatch();

  private final AtomicLong nanos = new AtomicLong();
  private final BeginWatch watch = new BeginWatch("client", nanos::get);
  private final Attempt attempt = new Attempt(new JobRowBuilder().build(), true, () -> {});

  @Test
  void saysNothingOfAttemptsThatRun() {
    look(60);
  }

  @Test
  void saysNothingOfAttemptsThatBeginInTime() {
    for (int i = 0; i < 10; i++) {
      attempt.waitsForCarrier(true);
      look(5);
      attempt.waitsForCarrier(false);
      look(1);
    }
  }

  @Test
  void warnsOnceAMinuteAsLongAsSomethingWaits() {
    log.expectWarnings();
    attempt.waitsForCarrier(true);

    look(5);
    assertThat(log.warnings()).isEmpty();
    look(60);
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("client client: 1 claimed jobs", "5 s", "0 jobs run", "platformThreads()");
    look(1);
    assertThat(log.warnings()).hasSize(2);
  }

  @Test
  void saysNothingAfterAGapInWhichTheWholeProcessWasHeldUp() {
    attempt.waitsForCarrier(true);
    look(2);
    nanos.addAndGet(Duration.ofHours(1).toNanos());

    look(5);
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      watch.look(List.of(attempt));
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }
  }
}
