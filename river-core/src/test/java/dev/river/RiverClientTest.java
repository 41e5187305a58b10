package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.event.EventKind;
import dev.river.job.Insert;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client does without a database. */
class RiverClientTest {
  private final UnreachableDatabase database = new UnreachableDatabase();
  private final RiverClient inserting = RiverClient.builder(database).id("inserting").build();
  private final RiverClient working =
      RiverClient.builder(database)
          .id("working")
          .workers(new Workers().add(SampleArgs.class, (job, context) -> WorkResult.completed()))
          .queue("default", 5)
          .build();

  private record SampleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "sample";
    }
  }

  @AfterEach
  void close() {
    inserting.close();
    working.close();
  }

  @Test
  void doesNotStartWithoutQueues() {
    assertThatThrownBy(inserting::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a client without queues only inserts: name what it works with queue(name, maxWorkers)"
                + " and workers(...) on its builder");
  }

  @Test
  void doesNotStartWithoutItsDatabase() {
    assertThatThrownBy(working::start)
        .isInstanceOf(DatabaseException.class)
        .hasMessageStartingWith("the client can't start: ")
        .hasMessageEndingWith("nobody listens on that port")
        .satisfies(e -> assertThat(((DatabaseException) e).sqlState()).contains("08001"));
    assertThat(threadsOf("working")).isZero();
  }

  @Test
  void failsAnInsertWithoutItsDatabase() {
    assertThatThrownBy(() -> inserting.insert(new SampleArgs()))
        .isInstanceOf(DatabaseException.class)
        .hasMessage("could not connect to the database: nobody listens on that port");
  }

  @Test
  void refusesToInsertNothingWithoutAskingItsDatabase() {
    assertThatThrownBy(() -> inserting.insertMany(List.<Insert<SampleArgs>>of()))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(database.attempts()).isZero();
  }

  @Test
  void hasNoEventsWithoutQueues() {
    assertThatThrownBy(() -> inserting.subscribe(EventKind.JOB_COMPLETED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a client without queues only inserts and has no events to subscribe to");
    working.subscribe(EventKind.JOB_COMPLETED).close();
  }

  @Test
  void stopsThoughItDoesNotRun() {
    working.stop();
    working.stop(Duration.ZERO);
    working.stopAndCancel();

    assertThat(threadsOf("working")).isZero();
  }

  @Test
  void refusesToStopWithNegativePatience() {
    assertThatThrownBy(() -> working.stop(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("patience must not be negative, got: PT-0.000000001S");
  }

  @Test
  void isOfNoUseOnceItIsClosed() {
    working.close();
    working.close();

    assertThatThrownBy(working::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("client working is closed");
    assertThatThrownBy(() -> working.insert(new SampleArgs()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("client working is closed");
    working.stop();
    assertThat(database.attempts()).isZero();
  }

  private static long threadsOf(String clientId) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("river-" + clientId + "-"))
        .count();
  }
}
