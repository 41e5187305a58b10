package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.work.CancelCause;
import dev.river.work.JobContext;
import dev.river.work.JobInserter;
import dev.river.work.Step;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The context of one attempt: collects what the worker keeps with its job. */
final class AttemptContext implements JobContext {
  /** Names that River gives a meaning of its own, beside those with its prefix. */
  private static final Set<String> RESERVED =
      Set.of(JobMetadata.CANCEL_MARK, "output", "periodic", "snoozes", "unique_key_conflict");

  private final JobInserter client;
  private final Attempt attempt;
  private final JsonCodec codec;
  private final AttemptStore store;
  private final Map<String, String> metadata = new ConcurrentHashMap<>();
  private final AttemptLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Steps steps; // guarded by lock
  private volatile boolean ended;
  private volatile boolean completed;

  AttemptContext(Attempt attempt, JsonCodec codec, AttemptStore store, JobInserter client) {
    this.client = client;
    this.attempt = attempt;
    this.codec = codec;
    this.store = store;
    this.log = new AttemptLog(attempt.row());
  }

  @Override
  public Optional<CancelCause> cancelCause() {
    return attempt.cancelCause();
  }

  @Override
  public JobInserter client() {
    checkRunning();
    return client;
  }

  @Override
  public void metadata(String name, @Nullable Object value) {
    if (name.isEmpty() || name.startsWith("river:") || RESERVED.contains(name)) {
      throw new IllegalArgumentException(
          "a name in metadata must not be empty, start with river: or be one of %s, got: \"%s\""
              .formatted(RESERVED, name));
    }
    codec.checkName("a name in metadata", name);
    put(name, codec.encodeValue("metadata " + name, value));
  }

  @Override
  public void output(@Nullable Object value) {
    put("output", codec.encodeOutput(value));
  }

  @Override
  public void progress(int percent, String text) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent must be 0 to 100, got: " + percent);
    }
    String json = codec.encodeValue("progress", Map.of("percent", percent, "text", text));
    put("progress", json);
    store.writeSoon(attempt.row(), Map.of("progress", json));
  }

  @Override
  public Logger logger() {
    checkRunning();
    return log.logger();
  }

  @Override
  public JobRow completeTx(DSLContext tx) {
    return complete(json -> store.completeOn(tx, attempt.row(), json));
  }

  @Override
  public JobRow completeTx(Connection tx) {
    return complete(json -> store.completeOn(tx, attempt.row(), json));
  }

  @Override
  public void step(String name, Step.Body<Void> body) throws Exception {
    checkRunning();
    steps().run(name, Void.class, body);
  }

  @Override
  public <C> void stepWithCursor(String name, Class<C> cursorClass, Step.Body<C> body)
      throws Exception {
    checkRunning();
    steps().run(name, cursorClass, body);
  }

  /** Checks that the step was met where the job was to be resumed. */
  void checkResumed() {
    steps().checkResumed();
  }

  /** Made when it is first asked for, because metadata that can't be read fails the attempt. */
  private Steps steps() {
    lock.lock();
    try {
      if (steps == null) {
        steps = new Steps(attempt.row(), codec, store);
      }
      return steps;
    } finally {
      lock.unlock();
    }
  }

  private Map<String, String> metadataOfSteps() {
    lock.lock();
    try {
      return steps == null ? Map.of() : steps.metadata();
    } finally {
      lock.unlock();
    }
  }

  /** {@return whether the worker has completed its job in a transaction of its own} */
  boolean isCompleted() {
    return completed;
  }

  /** Takes nothing more, and returns what is to be merged into the job's metadata. */
  Optional<String> end() {
    ended = true;
    return collected();
  }

  private JobRow complete(Function<Optional<String>, JobRow> completion) {
    checkRunning();
    JobRow row = completion.apply(collected());
    completed = true;
    return row;
  }

  private Optional<String> collected() {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.putAll(metadataOfSteps());
    log.encoded().ifPresent(lines -> all.put(AttemptLog.NAME, lines));
    return all.isEmpty() ? Optional.empty() : Optional.of(codec.encodeObject(all));
  }

  private void put(String name, String json) {
    checkRunning();
    metadata.put(name, json);
  }

  private void checkRunning() {
    if (ended) {
      throw new IllegalStateException(
          "attempt %s of job %s has ended".formatted(attempt.row().attempt(), attempt.row().id()));
    }
  }
}
