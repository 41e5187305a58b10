package dev.river.work;

import dev.river.job.JobArgs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The workers of a client, one for each kind of jobs.
 *
 * <p>Filled while the program starts; a client takes over what is in it when it is built. Not safe
 * for use by several threads.
 */
public final class Workers {
  private final Map<String, RegisteredWorker<?>> byKind = new LinkedHashMap<>();

  /** Creates a bundle without workers. */
  public Workers() {}

  /**
   * Adds a worker for the kind that its class of arguments names. That class is found in the
   * worker's type, through its superclasses too.
   *
   * @param worker an instance of a class that implements {@code Worker<SomeArgs>}
   * @return this bundle
   * @throws IllegalArgumentException if the class of arguments can't be found (a lambda does not
   *     have it: use {@link #add(Class, Worker)}), is not a concrete class without type parameters,
   *     has a component that can't be read from JSON as it was written ({@link JobArgs}), if its
   *     kind is invalid or no constant, or if that kind has a worker already
   */
  public Workers add(Worker<?> worker) {
    Objects.requireNonNull(worker, "worker");
    return register(ArgsClass.ofWorker(worker.getClass()), worker);
  }

  /**
   * Adds a worker whose type doesn't tell its class of arguments: a lambda, a method reference or
   * an instance of a generic class.
   *
   * <pre>{@code
   * workers.add(SortArgs.class, (job, context) -> WorkResult.completed());
   * }</pre>
   *
   * @param <T> the class of the jobs' arguments
   * @param argsClass that class
   * @param worker works its jobs
   * @return this bundle
   * @throws IllegalArgumentException if the class is not concrete or has type parameters, has a
   *     component that can't be read from JSON as it was written ({@link JobArgs}), if its kind is
   *     invalid or no constant, or if that kind has a worker already
   */
  public <T extends JobArgs> Workers add(Class<T> argsClass, Worker<T> worker) {
    Objects.requireNonNull(argsClass, "argsClass");
    Objects.requireNonNull(worker, "worker");
    return register(argsClass, worker);
  }

  /**
   * {@return the workers of this moment by kind and by alias, in the order in which they were
   * added}
   */
  public Map<String, RegisteredWorker<?>> byKind() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(byKind));
  }

  private <T extends JobArgs> Workers register(Class<T> argsClass, Worker<?> worker) {
    String kind = JobArgs.kindOf(argsClass);
    ArgsChecks.CHECK.check(argsClass);
    @SuppressWarnings("unchecked") // argsClass was given with the worker, or found in its type
    RegisteredWorker<T> added = new RegisteredWorker<>(kind, argsClass, (Worker<T>) worker);
    List<String> kinds = new ArrayList<>(List.of(kind));
    kinds.addAll(JobArgs.kindAliasesOf(argsClass));
    kinds.forEach(each -> checkFree(each, added));
    kinds.forEach(each -> byKind.put(each, added));
    return this;
  }

  private void checkFree(String kind, RegisteredWorker<?> added) {
    RegisteredWorker<?> present = byKind.get(kind);
    if (present != null) {
      throw new IllegalArgumentException(
          "a kind has one worker, got two for \"%s\": %s and %s"
              .formatted(kind, name(present), name(added)));
    }
  }

  private static String name(RegisteredWorker<?> registered) {
    return "%s (of %s)"
        .formatted(registered.worker().getClass().getName(), registered.argsClass().getName());
  }
}
