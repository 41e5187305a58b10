package dev.river.internal.work;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.service.UserCode;
import dev.river.work.StuckJob;
import dev.river.work.StuckJobHandler;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Looks for attempts that go on although they were interrupted, and reports each once; and for
 * attempts that don't begin.
 */
public final class StuckWatch implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(StuckWatch.class);
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  private final ClaimedJobs claimed;
  private final Duration threshold;
  private final StuckJobHandler handler;
  private final BeginWatch beginWatch;
  private final ServiceLoop loop;

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param claimed the attempts
   * @param threshold how long an attempt may go on after its interruption
   * @param handler is told of those that do
   */
  public StuckWatch(
      String clientId, ClaimedJobs claimed, Duration threshold, StuckJobHandler handler) {
    this.claimed = claimed;
    this.threshold = threshold;
    this.handler = handler;
    this.beginWatch = new BeginWatch(clientId);
    this.loop = new ServiceLoop(clientId, "stuck-watch", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  private Duration pass() {
    List<Attempt> attempts = claimed.attempts();
    beginWatch.look(attempts);
    for (Attempt attempt : attempts) {
      attempt.stuckFor(threshold).ifPresent(job -> report(attempt, job));
    }
    return threshold.compareTo(LONGEST_REST) < 0 ? threshold : LONGEST_REST;
  }

  private void report(Attempt attempt, StuckJob job) {
    LOG.warn(
        "job {} (kind {}) goes on {} after it was interrupted ({}), at {}",
        job.job().id(),
        job.job().kind(),
        job.since(),
        job.cause(),
        job.stack().isEmpty() ? "an unknown place" : job.stack().getFirst());
    boolean addsSlot =
        UserCode.call(
            () -> handler.stuck(job) == StuckJobHandler.Decision.ADD_SLOT,
            failure -> {
              UserCode.log(
                  LOG,
                  Level.ERROR,
                  failure,
                  "job {}: the handler of stuck jobs failed",
                  job.job().id());
              return false;
            });
    if (addsSlot) {
      attempt.releaseSlot();
    }
  }
}
