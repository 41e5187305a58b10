package dev.river.internal.work;

import dev.river.internal.service.Service;
import dev.river.internal.service.Thoroughly;
import dev.river.internal.store.QueueStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** The producers of a client that runs, one for each of its queues. */
public final class Producers implements Service, QueueSet.Runner {
  private final QueueSet queues;
  private final QueueKeeper keeper;
  private final ClaimedJobs claimed;
  private final Function<QueueSettings, Producer> newProducer;
  private final ConcurrentMap<String, Producer> producers = new ConcurrentHashMap<>();
  private volatile boolean halted;

  /**
   * Creates it.
   *
   * @param queues what is to be worked
   * @param keeper keeps the rows of the queues
   * @param claimed knows which jobs run
   * @param newProducer makes the producer of a queue
   */
  public Producers(
      QueueSet queues,
      QueueKeeper keeper,
      ClaimedJobs claimed,
      Function<QueueSettings, Producer> newProducer) {
    this.queues = queues;
    this.keeper = keeper;
    this.claimed = claimed;
    this.newProducer = newProducer;
  }

  @Override
  public void start() {
    queues.attach(this);
    keeper.start();
  }

  @Override
  public void stop() {
    queues.detach(); // from here on there are no new ones
    halt(); // all at once, as each may have to wait for its last claim
    Thoroughly.run(() -> Thoroughly.stop(List.copyOf(producers.values())), keeper::stop);
  }

  @Override
  public void begin(QueueSettings queue) {
    Producer producer = newProducer.apply(queue);
    producers.put(queue.name(), producer);
    if (halted) { // asked after the producer can be found: either it is halted here or by halt()
      producer.halt();
    }
    keeper.keep(queue, producer.pause());
    try {
      producer.start();
    } catch (Throwable e) { // for want of memory or threads
      producers.remove(queue.name(), producer);
      keeper.forget(queue.name());
      throw e;
    }
  }

  @Override
  public boolean end(String queue, Duration limit) throws InterruptedException {
    Producer producer = producers.get(queue);
    if (producer != null) {
      producer.stopAside();
    }
    boolean ended = claimed.awaitNoneOf(queue, limit);
    if (ended && producer != null && producers.remove(queue, producer)) {
      keeper.forget(queue);
    }
    return ended;
  }

  /**
   * Has a queue looked at for work.
   *
   * @param queue the queue
   */
  public void workIn(String queue) {
    of(queue).forEach(Producer::wake);
  }

  /** Has everything looked at: rows and work. */
  public void missedSomething() {
    keeper.look();
    producers.values().forEach(Producer::wake);
  }

  /** Claims nothing more of any queue, those too that are added later. */
  public void halt() {
    halted = true;
    producers.values().forEach(Producer::halt);
  }

  /**
   * Claims nothing more of a queue that is known to be paused.
   *
   * @param queue the queue, or all
   */
  public void pause(String queue) {
    of(queue).forEach(producer -> producer.pause().pause());
    keeper.look();
  }

  /**
   * Looks whether a queue is paused, because it was heard that this has changed.
   *
   * @param queue the queue, or all
   */
  public void lookAt(String queue) {
    of(queue).forEach(producer -> producer.pause().doubt());
    keeper.look();
  }

  private Collection<Producer> of(String queue) {
    return queue.equals(QueueStore.ALL)
        ? producers.values()
        : Optional.ofNullable(producers.get(queue)).map(List::of).orElse(List.of());
  }
}
