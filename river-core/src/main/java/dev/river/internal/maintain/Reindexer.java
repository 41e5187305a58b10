package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.IndexRebuild;
import dev.river.internal.store.IndexSchedule;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds indexes once a day, because those of a busy queue grow and never shrink. They stay in
 * use meanwhile. A stop cuts a rebuild off, which is then left out until the next day.
 */
public final class Reindexer implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Reindexer.class);
  private static final String DUTY = "reindexer";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  /** A statement that has not quite begun can't be cancelled, so it is tried again. */
  private static final Duration BETWEEN_CANCELLATIONS = Duration.ofMillis(50);

  private final UpkeepGate gate;
  private final List<String> indexes;
  private final IndexSchedule schedule;
  private final IndexRebuild rebuild;
  private final ServiceLoop loop;
  private final ServiceLoop canceller;
  private volatile boolean stopping;
  private boolean enrolled; // of the loop's thread

  /**
   * Creates it.
   *
   * @param clientId the client that its threads belong to
   * @param gate lets one client of the fleet do it
   * @param database where the indexes are
   * @param settings which ones, and when
   */
  public Reindexer(String clientId, UpkeepGate gate, Database database, ReindexSettings settings) {
    this.gate = gate;
    this.indexes = settings.indexes();
    this.schedule = new IndexSchedule(settings.at());
    this.rebuild = new IndexRebuild(database, schedule, settings.limit());
    this.loop = new ServiceLoop(clientId, "reindexer", this::run);
    this.canceller = new ServiceLoop(clientId, "reindexer-canceller", this::cancel);
  }

  @Override
  public void start() {
    stopping = false;
    if (!indexes.isEmpty()) {
      loop.start();
    }
  }

  @Override
  public void stop() {
    stopping = true;
    canceller.start();
    loop.stop();
    canceller.stop();
  }

  private Duration cancel() {
    rebuild.cancel();
    return BETWEEN_CANCELLATIONS;
  }

  Duration run() {
    if (!enrolled) {
      enrolled =
          gate.pass(
                  DUTY,
                  LIMIT,
                  db -> {
                    schedule.enrol(db, indexes);
                    return true;
                  })
              .isPresent();
    }
    for (String index : gate.pass(DUTY, LIMIT, db -> schedule.due(db, indexes)).orElse(List.of())) {
      if (!stopping) {
        rebuild(index);
      }
    }
    return BETWEEN_LOOKS;
  }

  private void rebuild(String index) {
    try {
      gate.pass(
              DUTY,
              LIMIT,
              tx -> {
                schedule.hold(tx);
                return rebuild.rebuild(index);
              })
          .ifPresent(result -> tell(index, result));
    } catch (DatabaseException e) {
      if (stopping) {
        LOG.info("index {}: was not rebuilt, because the client stops", index);
      } else {
        LOG.warn("index {}: could not be rebuilt", index, e);
      }
    }
  }

  private static void tell(String index, IndexRebuild.Result result) {
    switch (result) {
      case REBUILT -> LOG.info("index {}: rebuilt", index);
      case NOT_DUE -> LOG.debug("index {}: another client has rebuilt it", index);
      case MISSING -> LOG.warn("index {}: can't be rebuilt, because it does not exist", index);
      case BUSY ->
          LOG.warn("index {}: not rebuilt, because another session is rebuilding it", index);
    }
  }
}
