package dev.river.internal.insert;

import dev.river.error.InsertRefusedException;
import dev.river.error.RiverException;
import dev.river.internal.store.JobCopies;
import dev.river.internal.store.StoredJob;
import dev.river.job.JobInsertParams;
import dev.river.work.Extension;
import dev.river.work.InsertCall;
import dev.river.work.InsertResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes inserts through extensions, the first of them outermost. Thread-safe. */
public final class InsertChain {
  private final List<Extension> ofClient;
  private final Map<String, List<Extension>> ofKinds;

  /**
   * Creates it.
   *
   * @param ofClient what lies around every insert, the outermost first
   * @param ofKinds what lies around the inserts of a kind, inside of those; in order
   */
  public InsertChain(List<Extension> ofClient, Map<String, List<Extension>> ofKinds) {
    this.ofClient = ofClient;
    this.ofKinds = ofKinds;
  }

  /** {@return whether extensions lie around a call that inserts some jobs} */
  public boolean concerns(List<PlannedJob> jobs) {
    return concernsCopies()
        || (!ofKinds.isEmpty() && jobs.stream().anyMatch(job -> ofKinds.containsKey(kind(job))));
  }

  /** {@return whether extensions lie around a call that copies jobs} */
  public boolean concernsCopies() {
    return !ofClient.isEmpty();
  }

  /**
   * {@return what extensions make of a job before it is inserted}
   *
   * @param job the job
   * @param position its place among those of the call
   * @throws InsertRefusedException if one of them refuses it
   */
  JobInsertParams before(JobInsertParams job, OptionalLong position) {
    JobInsertParams changed = job;
    for (Extension extension : ofClient) {
      changed = before(extension, changed, position);
    }
    for (Extension extension : ofKinds.getOrDefault(job.kind(), List.of())) {
      changed = before(extension, changed, position);
    }
    return changed;
  }

  private static JobInsertParams before(
      Extension extension, JobInsertParams job, OptionalLong position) {
    try {
      JobInsertParams changed =
          Objects.requireNonNull(extension.beforeInsert(job), "beforeInsert returned null");
      if (!changed.kind().equals(job.kind())) {
        throw new IllegalArgumentException(
            "beforeInsert must keep the kind, got: %s for %s"
                .formatted(changed.kind(), job.kind()));
      }
      return changed;
    } catch (Exception e) { // whatever it is, it refuses the job
      keepInterrupted(e);
      String message =
          "job%s (kind %s) was refused by %s: %s"
              .formatted(
                  position.isPresent() ? " " + position.getAsLong() : "",
                  job.kind(),
                  extension.getClass().getName(),
                  e);
      throw new InsertRefusedException(
          message, job.kind(), position.isPresent() ? position.getAsLong() : null, e);
    }
  }

  /**
   * {@return what the SQL returns, which runs inside the extensions}
   *
   * @param jobs the jobs of the call
   * @param sql inserts them, in a transaction that is rolled back if this throws
   */
  public List<StoredJob> around(List<PlannedJob> jobs, Supplier<List<StoredJob>> sql) {
    return run(shellsAround(jobs), sql, InsertChain::result);
  }

  /**
   * {@return what the SQL returns, which runs inside the client's extensions}
   *
   * @param sql copies jobs, in a transaction that is rolled back if this throws
   */
  public JobCopies.Copied aroundCopy(Supplier<JobCopies.Copied> sql) {
    InsertCall call = new InsertCall(List.of(), true);
    return run(
        ofClient.stream().map(extension -> InsertShell.ofClient(extension, call)).toList(),
        sql,
        copied -> new InsertResult(List.of(), copied.count()));
  }

  private List<InsertShell> shellsAround(List<PlannedJob> jobs) {
    List<InsertShell> shells = new ArrayList<>();
    if (!ofClient.isEmpty()) {
      InsertCall call = new InsertCall(jobs.stream().map(PlannedJob::params).toList(), false);
      ofClient.forEach(extension -> shells.add(InsertShell.ofClient(extension, call)));
    }
    Map<String, List<Integer>> places = placesByExtendedKind(jobs);
    ofKinds.forEach(
        (kind, extensions) -> {
          List<Integer> own = places.getOrDefault(kind, List.of());
          if (!own.isEmpty()) {
            InsertCall call =
                new InsertCall(own.stream().map(place -> jobs.get(place).params()).toList(), false);
            extensions.forEach(extension -> shells.add(InsertShell.ofKind(extension, call, own)));
          }
        });
    return shells;
  }

  private Map<String, List<Integer>> placesByExtendedKind(List<PlannedJob> jobs) {
    return ofKinds.isEmpty()
        ? Map.of()
        : IntStream.range(0, jobs.size())
            .boxed()
            .filter(place -> ofKinds.containsKey(kind(jobs.get(place))))
            .collect(Collectors.groupingBy(place -> kind(jobs.get(place))));
  }

  private static <S> S run(
      List<InsertShell> shells, Supplier<S> sql, Function<S, InsertResult> result) {
    if (shells.isEmpty()) {
      return sql.get();
    }
    AtomicReference<@Nullable S> stored = new AtomicReference<>();
    try {
      InsertShell.run(
          shells,
          () -> {
            S returned = sql.get();
            stored.set(returned);
            return result.apply(returned);
          });
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      keepInterrupted(e);
      throw new RiverException("an extension failed around an insert: " + e, e);
    }
    return Objects.requireNonNull(stored.get(), "stored");
  }

  private static InsertResult result(List<StoredJob> stored) {
    return InsertShell.result(
        stored.stream().map(job -> new InsertResult.Row(job.row(), job.duplicate())).toList());
  }

  private static String kind(PlannedJob job) {
    return job.params().kind();
  }

  private static void keepInterrupted(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }
}
