package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.JobInsertParams;
import dev.river.job.JobRow;
import dev.river.job.JobUpdate;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.JSONB;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Arguments, metadata, output and cursors are in no message, no log line and no text of ours. */
class SecretsTest {
  private static final String SECRET = "hunter2";

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final JsonCodec codec = new JsonCodec();

  @BeforeEach
  void capture() {
    logged.start();
    ((Logger) LoggerFactory.getLogger("dev.river")).addAppender(logged);
  }

  @AfterEach
  void findNoSecretInTheLog() {
    ((Logger) LoggerFactory.getLogger("dev.river")).detachAppender(logged);
    List<ILoggingEvent> events = List.copyOf(logged.list);
    assertThat(events.stream().map(ILoggingEvent::getFormattedMessage))
        .allSatisfy(line -> assertThat(line).doesNotContain(SECRET));
    assertThat(
            events.stream()
                .map(ILoggingEvent::getThrowableProxy)
                .filter(proxy -> proxy != null)
                .map(ThrowableProxyUtil::asString))
        .allSatisfy(trace -> assertThat(trace).doesNotContain(SECRET));
  }

  enum Color {
    RED
  }

  record StrictArgs(
      int number,
      Instant time,
      UUID id,
      Color color,
      List<Integer> numbers,
      Map<Integer, String> byNumber,
      boolean flag)
      implements JobArgs {
    @Override
    public String kind() {
      return "strict";
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"number\": \"hunter2\"}",
        "{\"number\": {\"hunter2\": \"hunter2\"}}",
        "{\"number\": [\"hunter2\"]}",
        "{\"time\": \"hunter2\"}",
        "{\"id\": \"hunter2\"}",
        "{\"color\": \"hunter2\"}",
        "{\"numbers\": [1, \"hunter2\"]}",
        "{\"numbers\": \"hunter2\"}",
        "{\"byNumber\": {\"hunter2\": \"a\"}}",
        "{\"flag\": \"hunter2\"}",
        "[\"hunter2\"]",
        "\"hunter2\"",
      })
  void theErrorOfArgumentsThatCanNotBeReadNamesPlaceAndTypeOnly(String args) {
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(StrictArgs.class, (job, context) -> WorkResult.completed())
                        .add(TestArgs.class, (job, context) -> WorkResult.completed()))
                .queue("default", 1));
    long id = river.insert(dev.river.testing.NewJobs.ofKind("strict"));
    river.dsl().execute("UPDATE river_job SET state = 'pending' WHERE id = ?", id);
    river
        .dsl()
        .execute(
            "UPDATE river_job SET state = 'available', errors = NULL, args = ?::jsonb WHERE id = ?",
            args,
            id);

    for (JSONB error : river.awaitState(id, RiverJobState.retryable).getErrors()) {
      assertThat(error.data()).contains("args can't be read as").doesNotContain(SECRET);
    }
    assertNoSecret(failure(() -> client.jobs().get(id, StrictArgs.class)));
  }

  @Test
  void refusalsDoNotQuoteWhatTheyRefuse() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    long id = client.insert(new TestArgs("a")).id();
    List<Action> refused =
        List.of(
            () -> client.insert(new TestArgs(SECRET + "\0")),
            () -> client.insert(new TestArgs(SECRET + "\uD83D")),
            () -> client.insertMany(List.of(Insert.of(new TestArgs(SECRET + "\0")))),
            () -> client.insert(new TestArgs("a"), metadata(SECRET + "\0")),
            () -> client.insert(new TestArgs("a"), metadata(List.of(SECRET, new Object()))),
            () -> client.insert(new TestArgs("a"), metadata(List.of(SECRET, Double.NaN))),
            () -> client.jobs().update(id, JobUpdate.builder().output(SECRET + "\0").build()),
            () ->
                client
                    .jobs()
                    .update(
                        id,
                        JobUpdate.builder().output(new Object[] {SECRET, new Object()}).build()),
            () -> codec.checkArgs("[\"hunter2\"]"),
            () -> codec.checkArgs("{hunter2}"),
            () -> codec.checkArgs("{\"a\": hunter2}"),
            () -> codec.decodeValue("\"hunter2\"", Integer.class),
            () -> codec.decodeValue("{\"hunter2\": \"hunter2\"}", Integer.class),
            () -> codec.decodeValue("{\"hunter2\": \"hunter2\"}", Color.class));

    refused.forEach(action -> assertNoSecret(failure(action)));
  }

  @Test
  void textsOfOurObjectsShowNoContent() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    InsertOpts opts = metadata(SECRET);
    Inserted<TestArgs> inserted = client.insert(new TestArgs(SECRET), opts);
    JobRow row = inserted.job().row();

    assertThat(row)
        .hasToString(
            "JobRow[id=%s, kind=test, queue=default, state=AVAILABLE, attempt=0]"
                .formatted(row.id()));
    assertThat(
            Stream.of(
                    inserted,
                    inserted.job(),
                    row,
                    opts,
                    Insert.of(new TestArgs(SECRET), opts),
                    JobInsertParams.of("test", codec.encodeArgs(new TestArgs(SECRET)), opts),
                    JobUpdate.builder().output(SECRET).metadata(Map.of("a", SECRET)).build())
                .map(String::valueOf))
        .allSatisfy(text -> assertThat(text).doesNotContain(SECRET));
  }

  private static InsertOpts metadata(Object value) {
    return InsertOpts.builder().metadata(Map.of("a", value)).build();
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private static Throwable failure(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      return e;
    }
    throw new AssertionError("nothing was refused");
  }

  private static void assertNoSecret(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    List<String> texts = new ArrayList<>(Arrays.asList(trace.toString(), failure.toString()));
    assertThat(texts).allSatisfy(text -> assertThat(text).doesNotContain(SECRET));
  }
}
