package dev.river.internal.maintain;

import dev.river.job.Names;
import dev.river.periodic.PeriodicJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** The periodic jobs that a client has, from one start to the next. Thread-safe. */
public final class PeriodicJobSet {
  private static final int MAX_SCHEDULE_LENGTH = 1_000;

  private final boolean insertOnly;
  private final boolean pollOnly;
  private final ReentrantLock changing = new ReentrantLock();
  private final CopyOnWriteArrayList<PeriodicJob> jobs; // changed under changing
  private volatile Runnable whenChanged = () -> {};

  /**
   * Creates it.
   *
   * @param jobs what the client has at first, without problems
   * @param insertOnly whether the client only inserts, so that it can't have any
   * @param pollOnly whether it never leads
   */
  public PeriodicJobSet(Collection<PeriodicJob> jobs, boolean insertOnly, boolean pollOnly) {
    this.jobs = new CopyOnWriteArrayList<>(jobs);
    this.insertOnly = insertOnly;
    this.pollOnly = pollOnly;
  }

  /**
   * {@return what is wrong with periodic jobs that one client is to have}
   *
   * @param jobs the jobs
   * @param pollOnly whether the client never leads
   */
  public static List<String> problems(Collection<PeriodicJob> jobs, boolean pollOnly) {
    List<String> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (PeriodicJob job : jobs) {
      check(job, pollOnly).ifPresent(problems::add);
      if (job.id().isPresent() && !ids.add(job.id().get())) {
        problems.add(
            "a periodic job must be added once, got two with id \"%s\"".formatted(job.id().get()));
      }
    }
    return problems;
  }

  private static Optional<String> check(PeriodicJob job, boolean pollOnly) {
    if (job.id().isEmpty()) {
      return pollOnly
          ? Optional.of(
              "with pollOnly, where no client leads, a periodic job needs an id, got: " + job)
          : Optional.empty();
    }
    try {
      Names.checkPeriodicJobId(job.id().get());
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    int length = job.schedule().text().length();
    return length >= 1 && length <= MAX_SCHEDULE_LENGTH
        ? Optional.empty()
        : Optional.of(
            "the text of a schedule must have 1 to %s characters, got %s (of periodic job \"%s\")"
                .formatted(MAX_SCHEDULE_LENGTH, length, job.id().get()));
  }

  /**
   * Adds a periodic job.
   *
   * @param job the job
   * @throws IllegalArgumentException if something is wrong with it, or its id is taken
   * @throws IllegalStateException if the client only inserts
   */
  public void add(PeriodicJob job) {
    if (insertOnly) {
      throw new IllegalStateException(
          "a client without queues only inserts: name a first one with queue(name, maxWorkers) on"
              + " its builder");
    }
    changing.lock();
    try {
      List<PeriodicJob> all = new ArrayList<>(jobs);
      all.add(job);
      List<String> problems = problems(all, pollOnly);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      jobs.add(job);
    } finally {
      changing.unlock();
    }
    whenChanged.run();
  }

  /**
   * Removes a periodic job.
   *
   * @param job the very object that was added
   * @return whether it was there
   */
  public boolean remove(PeriodicJob job) {
    return jobs.removeIf(present -> present == job); // it has no equals of its own
  }

  /**
   * Removes the periodic job of an id.
   *
   * @param id its id
   * @return whether it was there
   */
  public boolean remove(String id) {
    return jobs.removeIf(job -> job.id().filter(id::equals).isPresent());
  }

  /**
   * {@return the periodic job of an id; empty if the client does not have it}
   *
   * @param id its id
   */
  public Optional<PeriodicJob> get(String id) {
    return jobs.stream().filter(job -> job.id().filter(id::equals).isPresent()).findFirst();
  }

  /** {@return those with an id} */
  List<PeriodicJob> stored() {
    return jobs.stream().filter(job -> job.id().isPresent()).toList();
  }

  /** {@return those without an id} */
  List<PeriodicJob> unstored() {
    return jobs.stream().filter(job -> job.id().isEmpty()).toList();
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  /** Tells of each job that is added from now on. */
  void whenChanged(Runnable action) {
    whenChanged = action;
  }
}
