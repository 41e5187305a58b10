package dev.river.testing;

import dev.river.internal.store.NewJob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Jobs to insert. */
public final class NewJobs {
  private NewJobs() {}

  public static NewJob available() {
    return of("test", "default", 1, 25, Optional.empty());
  }

  public static NewJob inQueue(String queue) {
    return of("test", queue, 1, 25, Optional.empty());
  }

  public static NewJob withPriority(int priority) {
    return of("test", "default", priority, 25, Optional.empty());
  }

  public static NewJob withMaxAttempts(int maxAttempts) {
    return of("test", "default", 1, maxAttempts, Optional.empty());
  }

  public static NewJob ofKind(String kind) {
    return of(kind, "default", 1, 25, Optional.empty());
  }

  public static NewJob at(Instant scheduledAt) {
    return of("test", "default", 1, 25, Optional.of(scheduledAt));
  }

  private static NewJob of(
      String kind, String queue, int priority, int maxAttempts, Optional<Instant> scheduledAt) {
    return new NewJob(
        kind,
        "{}",
        queue,
        priority,
        maxAttempts,
        scheduledAt,
        false,
        List.of(),
        "{}",
        Optional.empty());
  }
}
