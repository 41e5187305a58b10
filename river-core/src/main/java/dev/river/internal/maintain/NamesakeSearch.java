package dev.river.internal.maintain;

import dev.river.internal.lead.Unchanged;
import dev.river.internal.store.ClientStore.Registered;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.JobRescues.Namesake;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;

/**
 * The jobs of former processes of a client's own name that are gone. Only the client itself knows
 * which jobs are its own. One that it doesn't know is theirs if its attempt began before the client
 * started; or if it remains unknown for longer than a claim waits for its answer, because the
 * server's clock may have been set back.
 */
final class NamesakeSearch implements RescueSearch {
  private static final Duration SURELY_NOT_OURS = Duration.ofSeconds(11);
  private static final Duration NOT_OURS_BY_THE_CLOCK = Duration.ofSeconds(1);
  private static final Duration LONGEST_GAP = Duration.ofSeconds(20);

  private final JobRescues rescues;
  private final Set<String> kinds;
  private final Rescue rescue;
  private final Observer observer;
  private final Unchanged<Long, Integer> unknown;
  private final Unchanged<String, Boolean> nothingUnknown;

  /**
   * Creates it.
   *
   * @param rescues finds them
   * @param kinds the kinds that this client knows; jobs of others are left alone
   * @param rescue what becomes of them
   * @param observer the client
   */
  NamesakeSearch(JobRescues rescues, Set<String> kinds, Rescue rescue, Observer observer) {
    this.rescues = rescues;
    this.kinds = kinds;
    this.rescue = rescue;
    this.observer = observer;
    this.unknown = new Unchanged<>(observer.nanos(), LONGEST_GAP);
    this.nothingUnknown = new Unchanged<>(observer.nanos(), LONGEST_GAP);
  }

  @Override
  public List<JobRow> find(DSLContext db, JobRescues.Start start, int limit) {
    Registered row = observer.row().get();
    var namesake = new Namesake(observer.clientId(), row.incarnation(), observer.known().get());
    List<JobRow> found = rescues.unknownTo(db, namesake, start, limit);
    if (start.passed() == null && !found.isEmpty()) {
      nothingUnknown.retain(List.of());
    }
    return found;
  }

  @Override
  public Optional<FinishedAttempt> rescue(JobRow row) {
    Duration unknownFor = unknown.see(row.id(), row.attempt());
    boolean older =
        row.attemptedAt().orElse(Instant.EPOCH).isBefore(observer.row().get().startedAt());
    Duration enough = older ? NOT_OURS_BY_THE_CLOCK : SURELY_NOT_OURS;
    String why = "a former process of client %s is gone".formatted(observer.clientId());
    return kinds.contains(row.kind()) && unknownFor.compareTo(enough) >= 0
        ? Optional.of(rescue.of(row, why, job -> Duration.ZERO))
        : Optional.empty();
  }

  /** {@return whether for long enough nothing was found} To be asked after each search. */
  boolean isDone() {
    return nothingUnknown.see("", true).compareTo(SURELY_NOT_OURS) >= 0;
  }
}
