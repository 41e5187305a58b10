package dev.river.internal.maintain;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.service.UserCode;
import dev.river.internal.store.Database;
import dev.river.internal.store.PeriodicJobStore.Planned;
import dev.river.work.Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Inserts the jobs of a client's periodic jobs when they are due. It rests until then, but looks
 * every second whether another client has changed something.
 */
public final class PeriodicEnqueuer implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicEnqueuer.class);
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);
  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  /**
   * Where it works, and for whom.
   *
   * @param clientId the client
   * @param database the database
   * @param wakeQueues tells the producers of this client
   * @param leadership whether the client leads
   */
  public record Surroundings(
      String clientId,
      Database database,
      Consumer<Set<String>> wakeQueues,
      Leadership leadership) {}

  private final PeriodicJobSet jobs;
  private final List<Extension> extensions;
  private final PeriodicRuns runs;
  private final ServiceLoop loop;
  private boolean begun; // owned by the loop's thread

  /**
   * Creates it.
   *
   * @param surroundings where it works
   * @param jobs the client's periodic jobs
   * @param inserter inserts their jobs
   * @param extensions are told when it begins
   */
  public PeriodicEnqueuer(
      Surroundings surroundings,
      PeriodicJobSet jobs,
      PeriodicInserter inserter,
      List<Extension> extensions) {
    String clientId = surroundings.clientId();
    this.jobs = jobs;
    this.extensions = extensions;
    this.runs = new PeriodicRuns(surroundings, jobs, inserter, new RestAfterFailure(clientId));
    this.loop = new ServiceLoop(clientId, "periodic", this::pass);
  }

  @Override
  public void start() {
    loop.start();
    jobs.whenChanged(loop::wake);
  }

  @Override
  public void stop() {
    jobs.whenChanged(() -> {});
    loop.stop();
  }

  private Duration pass() {
    if (jobs.isEmpty()) {
      return UNTIL_WOKEN;
    }
    Map<String, Planned> planned = runs.plan();
    if (!begun) {
      begun = true;
      tellExtensions(planned);
    }
    return runs.run(planned, LONGEST_REST);
  }

  private void tellExtensions(Map<String, Planned> planned) {
    Map<String, Instant> nextRuns = new TreeMap<>();
    planned.forEach((id, plan) -> nextRuns.put(id, plan.nextRunAt()));
    for (Extension extension : extensions) {
      UserCode.run(
          () -> extension.periodicJobsStarted(nextRuns),
          failure ->
              UserCode.log(
                  LOG,
                  Level.WARN,
                  failure,
                  "an extension failed when it was told of periodic jobs"));
    }
  }
}
