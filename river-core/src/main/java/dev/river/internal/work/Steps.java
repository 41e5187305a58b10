package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.work.Step;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one attempt. What it stores is what River clients of all languages store: the name
 * of the last step that is done, and the cursors of steps that are not, by name.
 *
 * <p>While a step's body runs that has stored something in a transaction of its own, nobody here
 * knows whether that was committed. If such a body fails, nothing is stored with the outcome: the
 * database knows better, and at worst a step is done again.
 */
final class Steps {
  static final String STEP = "river:resumable_step";
  static final String CURSOR = "river:resumable_cursor";

  private final JobRow row;
  private final JsonCodec codec;
  private final AttemptStore store;
  private final Optional<String> resumeAfter;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> met = new HashSet<>(); // guarded by lock
  private final Map<String, String> cursors = new LinkedHashMap<>(); // guarded by lock
  private boolean skipping; // guarded by lock
  private boolean changed; // guarded by lock
  private boolean uncertain; // guarded by lock
  private @Nullable String lastDone; // guarded by lock

  Steps(JobRow row, JsonCodec codec, AttemptStore store) {
    this.row = row;
    this.codec = codec;
    this.store = store;
    this.resumeAfter = part(STEP).flatMap(this::name);
    part(CURSOR).map(JobMetadata::parts).ifPresent(cursors::putAll);
    this.lastDone = resumeAfter.orElse(null);
    this.skipping = resumeAfter.isPresent();
  }

  /** {@return a part of the metadata; only a job that has steps is searched for them} */
  private Optional<String> part(String part) {
    if (!row.metadata().contains(part)) {
      return Optional.empty();
    }
    try {
      return JobMetadata.part(row.metadata(), part);
    } catch (RuntimeException e) { // its message may hold the metadata
      throw new IllegalStateException(
          "the metadata can't be read, so nobody knows which steps are done (%s)"
              .formatted(e.getClass().getName()));
    }
  }

  /**
   * {@return the name of a step} Anything that can't be one is no point to resume at, which is what
   * it is to River's other clients.
   */
  private Optional<String> name(String json) {
    return json.startsWith("\"")
        ? Optional.of(codec.decodeValue(json, String.class)).filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  <C> void run(String name, Class<C> cursorClass, Step.Body<C> body) throws Exception {
    if (begin(name)) {
      body.run(new RunningStep<>(name, cursorClass, this, codec));
      done(name);
    }
  }

  /**
   * Checks, when the worker has returned, that the step was met after which it was to be resumed.
   */
  void checkResumed() {
    lock.lock();
    try {
      if (skipping) {
        throw new IllegalStateException(
            "the job was to be resumed after its step \"%s\", which its worker doesn't have any more; it has %s"
                .formatted(resumeAfter.orElse(""), met));
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return what is to be merged into the job's metadata} */
  Map<String, String> metadata() {
    lock.lock();
    try {
      return changed && !uncertain ? state(lastDone, cursors) : Map.of();
    } finally {
      lock.unlock();
    }
  }

  Optional<String> cursor(String name) {
    lock.lock();
    try {
      return Optional.ofNullable(cursors.get(name));
    } finally {
      lock.unlock();
    }
  }

  void noteCursor(String name, String cursor) {
    lock.lock();
    try {
      cursors.put(name, cursor);
      changed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Stores a cursor in a transaction of the user's. */
  void storeCursor(String name, String cursor, Merging merging) {
    noteCursor(name, cursor);
    lock.lock();
    try {
      uncertain = true;
      merging.merge(row, codec.encodeObject(state(lastDone, cursors)), store);
    } finally {
      lock.unlock();
    }
  }

  /** Stores in a transaction of the user's that a step is done. */
  void storeDone(String name, Merging merging) {
    lock.lock();
    try {
      uncertain = true;
      Map<String, String> others = new LinkedHashMap<>(cursors);
      others.remove(name);
      merging.merge(row, codec.encodeObject(state(name, others)), store);
    } finally {
      lock.unlock();
    }
  }

  /** How a merge joins a transaction. */
  interface Merging {
    void merge(JobRow row, String metadata, AttemptStore store);
  }

  private boolean begin(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of a step must not be empty");
    }
    codec.checkName("the name of a step", name); // before its body runs
    lock.lock();
    try {
      if (!met.add(name)) {
        throw new IllegalStateException(
            "the steps of a job need different names, got twice: \"%s\"".formatted(name));
      }
      boolean skipped = skipping && !cursors.containsKey(name);
      if (resumeAfter.equals(Optional.of(name))) {
        skipping = false;
      }
      return !skipped;
    } finally {
      lock.unlock();
    }
  }

  private void done(String name) {
    lock.lock();
    try {
      cursors.remove(name);
      lastDone = name;
      changed = true;
      uncertain = false; // the body has returned, so what it stored is at least what we know
    } finally {
      lock.unlock();
    }
  }

  private Map<String, String> state(@Nullable String done, Map<String, String> open) {
    Map<String, String> state = new LinkedHashMap<>();
    if (done != null) {
      state.put(STEP, codec.encodeValue(STEP, done));
    }
    state.put(CURSOR, codec.encodeObject(open));
    return state;
  }
}
