package dev.river.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.test.Drained;
import dev.river.test.JobDrain;
import dev.river.test.TestClock;
import dev.river.test.junit.RiverTest;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@RiverTest(setup = ShopSetup.class)
class SurveyTest {
  @Test
  void asksAfterThreeDays(DataSource database, RiverClient client, TestClock clock) {
    new OrderService(database, client, clock).place("kite", "ada@example.org");
    JobDrain drain = JobDrain.of(client).untilFailure();

    assertThat(kinds(drain.run())).containsExactly("receipt");

    clock.advance(Duration.ofDays(3));
    assertThat(kinds(drain.run())).containsExactly("survey");
  }

  @Test
  void hasAskedWithinAWeek(DataSource database, RiverClient client, TestClock clock) {
    new OrderService(database, client, clock).place("kite", "ada@example.org");

    Drained week = JobDrain.of(client).runFor(clock, Duration.ofDays(7));

    assertThat(kinds(week)).containsExactly("receipt", "survey");
  }

  private static List<String> kinds(Drained drained) {
    return drained.jobs().stream().map(worked -> worked.job().kind()).toList();
  }
}
