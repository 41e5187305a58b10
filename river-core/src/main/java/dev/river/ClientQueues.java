package dev.river;

import dev.river.error.QueueNotFoundException;
import dev.river.internal.codec.Control;
import dev.river.internal.store.QueueStore;
import dev.river.internal.store.Scope;
import dev.river.internal.work.QueueSet;
import dev.river.job.Names;
import dev.river.work.QueueConfig;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The queues of a database, and which of them a client works. What is added or removed may be so
 * whether the client runs or not, and holds until it is changed, over any number of stops and
 * starts. Thread-safe.
 */
public final class ClientQueues extends Queues {
  private final QueueSet worked;
  private final Predicate<String> isWorkedHere;

  /**
   * Creates it.
   *
   * @param isWorkedHere tells whether the calling thread runs a job of a queue of this client
   */
  ClientQueues(
      Scope scope,
      QueueStore store,
      Consumer<Control> done,
      QueueSet worked,
      Predicate<String> isWorkedHere) {
    super(scope, store, done);
    this.worked = worked;
    this.isWorkedHere = isWorkedHere;
  }

  /** {@return the names of the queues that this client works, in the order in which they came} */
  public List<String> worked() {
    return worked.names();
  }

  /**
   * Adds a queue that the client works, from now on if it runs.
   *
   * @param name a name that {@link Names#checkQueue} accepts
   * @param config how to work it
   * @throws IllegalArgumentException if the name is not valid, if the client works the queue
   *     already, or if it is still being removed
   * @throws IllegalStateException if the client was built without queues, and so only inserts
   */
  public void add(String name, QueueConfig config) {
    Objects.requireNonNull(config, "config");
    worked.add(Names.checkQueue(name), config);
  }

  /**
   * Removes a queue: the client claims none of its jobs any more. Waits for those that run, however
   * long they take, unless the client is closed meanwhile. Its other jobs wait until a client works
   * the queue.
   *
   * @param name the queue
   * @throws QueueNotFoundException if the client doesn't work it
   * @throws IllegalStateException if the client was built without queues, and so only inserts, or
   *     if a job of the queue calls this, which would wait for itself
   * @throws InterruptedException if the calling thread is interrupted while it waits. The client
   *     claims none of the queue's jobs any more all the same, and this may be called again.
   */
  public void remove(String name) throws InterruptedException {
    remove(name, RiverClient.FOREVER);
  }

  /**
   * Removes a queue, but waits for its running jobs no longer than a given time. Whether they have
   * ended or not, the client claims none of the queue's jobs any more.
   *
   * @param name the queue
   * @param limit how long to wait at most for its running jobs
   * @return whether they have ended. If not, the queue is being removed still: this may be called
   *     again, and the queue can't be added before it has returned true.
   * @throws QueueNotFoundException if the client doesn't work it
   * @throws IllegalArgumentException if the limit is negative
   * @throws IllegalStateException if the client was built without queues, and so only inserts, or
   *     if a job of the queue calls this with a limit, and so would wait for itself
   * @throws InterruptedException if the calling thread is interrupted while it waits, with the same
   *     consequences as false
   */
  public boolean remove(String name, Duration limit) throws InterruptedException {
    Objects.requireNonNull(name, "name");
    if (limit.isNegative()) {
      throw new IllegalArgumentException("limit must not be negative, got: " + limit);
    }
    if (limit.isPositive() && isWorkedHere.test(name)) {
      throw new IllegalStateException(
          "a job of queue \"%s\" must not wait for the jobs of that queue, and so for itself: call"
                  .formatted(name)
              + " remove(name, Duration.ZERO), or call it in another thread that the job doesn't"
              + " wait for");
    }
    return worked.remove(name, limit);
  }
}
