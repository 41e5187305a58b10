package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.QueueNotFoundException;
import dev.river.internal.codec.Control;
import dev.river.internal.store.QueueStore;
import dev.river.internal.store.Scope;
import dev.river.job.Names;
import dev.river.query.Queue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The queues of a database: looks them up, pauses and resumes them for all clients. Each operation
 * runs in a transaction of its own, or in that of the caller, depending on where this object is
 * from; it takes effect when that commits. To change a queue in the transaction of a caller who has
 * none throws an {@link IllegalStateException}; to read needs none. Thread-safe.
 *
 * <p>A queue that nobody has paused and no client has worked yet has no row, so it is not found.
 * Any of the operations throws a {@link DatabaseException} if the database refuses it or can't be
 * reached.
 */
public sealed class Queues permits ClientQueues {
  /** Stands for every queue: {@code pause(Queues.ALL)}. */
  public static final String ALL = QueueStore.ALL;

  private final Scope scope;
  private final QueueStore store;
  private final Consumer<Control> done;

  /**
   * Creates it.
   *
   * @param scope where statements run
   * @param store makes them
   * @param done told what has been done
   */
  Queues(Scope scope, QueueStore store, Consumer<Control> done) {
    this.scope = scope;
    this.store = store;
    this.done = done;
  }

  /**
   * {@return a queue; empty if there is none}
   *
   * @param name its name
   */
  public Optional<Queue> get(String name) {
    Objects.requireNonNull(name, "name");
    return scope.read(db -> store.get(db, name));
  }

  /**
   * {@return the first queues, in the database's order of their names}
   *
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if the limit is out of its range
   */
  public List<Queue> list(int limit) {
    ListLimit.check(limit);
    return scope.read(db -> store.list(db, Optional.empty(), limit));
  }

  /**
   * {@return the queues that follow a name, in the database's order of their names}
   *
   * @param name the name of the last queue of the list before, which need not exist any more
   * @param limit how many at most, 1 to 10,000
   * @throws IllegalArgumentException if the limit is out of its range
   */
  public List<Queue> listAfter(String name, int limit) {
    Objects.requireNonNull(name, "name");
    ListLimit.check(limit);
    return scope.read(db -> store.list(db, Optional.of(name), limit));
  }

  /**
   * Pauses a queue: until it is resumed no client claims any more of its jobs, even if it has not
   * heard of the pause. Those that run go on, and a claim that is under way may still be made, but
   * not of jobs that are inserted after the pause was committed. Clients of other languages hear of
   * it in their own time. Does nothing if the queue is paused already.
   *
   * <p>A queue that doesn't exist yet is made, so that it is paused from the beginning.
   *
   * @param name a name that {@link Names#checkQueue} accepts, or {@link #ALL} for every queue that
   *     exists
   * @throws IllegalArgumentException if it is neither
   */
  public void pause(String name) {
    if (name.equals(ALL)) {
      scope.run(store::pauseAll, () -> done.accept(new Control.Pause(name)));
    } else {
      Names.checkQueue(name);
      scope.run(db -> store.pause(db, name), () -> done.accept(new Control.Pause(name)));
    }
  }

  /**
   * Lets a queue go on: clients claim its jobs again, at once or after two seconds at most. Does
   * nothing if the queue is not paused.
   *
   * @param name the queue, or {@link #ALL} for every one
   * @throws QueueNotFoundException if a queue is named that doesn't exist
   */
  public void resume(String name) {
    Objects.requireNonNull(name, "name");
    if (name.equals(ALL)) {
      scope.run(store::resumeAll, () -> done.accept(new Control.Resume(name)));
    } else if (!resumeOne(name)) {
      throw new QueueNotFoundException(name);
    }
  }

  /**
   * Replaces what is kept with a queue. What River clients keep there, under names that start with
   * {@code river:}, stays.
   *
   * @param name the queue
   * @param metadata values that Jackson can write, by name
   * @return the queue as it is then
   * @throws QueueNotFoundException if it doesn't exist
   * @throws IllegalArgumentException if a name starts with {@code river:}, or a value can't be
   *     stored
   */
  public Queue setMetadata(String name, Map<String, ?> metadata) {
    Objects.requireNonNull(name, "name");
    for (String key : metadata.keySet()) {
      if (Objects.requireNonNull(key, "a name in metadata").startsWith("river:")) {
        throw new IllegalArgumentException(
            "metadata names must not start with river:, got: " + key);
      }
    }
    return scope
        .call(
            db -> store.setMetadata(db, name, metadata),
            changed -> changed.ifPresent(this::tellOfMetadata))
        .orElseThrow(() -> new QueueNotFoundException(name));
  }

  private void tellOfMetadata(Queue queue) {
    done.accept(new Control.MetadataChanged(queue.name(), queue.metadata()));
  }

  private boolean resumeOne(String name) {
    return scope.<Boolean>call(
        db -> store.resume(db, name),
        found -> {
          if (found) {
            done.accept(new Control.Resume(name));
          }
        });
  }
}
