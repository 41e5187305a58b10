package dev.river.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.UniqueConflictException;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.JobUpdate;

/**
 * What may happen to jobs. A {@code pick} is taken modulo the number of what there is to pick from.
 */
sealed interface Operation {

  /** Does it to the database and to the model, and compares what each says to it. */
  void on(JobWorld world);

  /** Does it, and compares everything. */
  default void runIn(JobWorld world) {
    world.model.tick();
    on(world);
    world.compare();
  }

  record InsertJob(NewModelJob job) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.insert(job);
    }
  }

  record Claim(String queue, String client, int limit) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.claim(queue, client, limit);
    }
  }

  record Finish(int pick, Ending ending) implements Operation {
    @Override
    public void on(JobWorld world) {
      world
          .pickNewClaim(pick)
          .ifPresent(attempt -> world.finish(attempt, ending, attempt.client()));
    }
  }

  /** The result of any attempt, most of which are over. */
  record FinishLate(int pick, Ending ending) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.pickClaim(pick).ifPresent(attempt -> world.finish(attempt, ending, attempt.client()));
    }
  }

  record FinishAsSomeoneElse(int pick, Ending ending) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.pickNewClaim(pick).ifPresent(attempt -> world.finish(attempt, ending, "someone else"));
    }
  }

  record Schedule(int limit) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.schedule(limit);
    }
  }

  record HoursPass(int hours) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.hoursPass(hours);
    }
  }

  record Rescue(int pick) implements Operation {
    @Override
    public void on(JobWorld world) {
      world
          .pickNewClaim(pick)
          .flatMap(attempt -> world.model.job(attempt.row().id()))
          .filter(job -> job.is(JobState.RUNNING))
          .ifPresent(world::rescue);
    }
  }

  record Cancel(int pick) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.onExistingJob(
          pick,
          world.jobs::cancel,
          job -> {
            JobRow row = world.jobs.cancel(job.id);
            world.model.cancel(job);
            assertThat(row.state()).isEqualTo(job.state);
          });
    }
  }

  record Retry(int pick) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.onExistingJob(
          pick,
          world.jobs::retry,
          job -> {
            if (world.model.retry(job)) {
              assertThat(world.jobs.retry(job.id).state()).isEqualTo(job.state);
            } else {
              assertThatThrownBy(() -> world.jobs.retry(job.id))
                  .isInstanceOf(UniqueConflictException.class);
            }
          });
    }
  }

  record Delete(int pick) implements Operation {
    @Override
    public void on(JobWorld world) {
      world.onRestingJob(
          pick,
          world.jobs::delete,
          job -> {
            assertThat(world.jobs.delete(job.id).state()).isEqualTo(job.state);
            world.model.delete(job);
          });
    }
  }

  record Reschedule(int pick, boolean later) implements Operation {
    @Override
    public void on(JobWorld world) {
      JobUpdate update =
          JobUpdate.builder().scheduledAt(world.hoursFromNow(later ? 1 : -1)).build();
      world.onRestingJob(
          pick,
          id -> world.jobs.update(id, update),
          job -> {
            world.jobs.update(job.id, update);
            world.model.reschedule(job, later);
          });
    }
  }

  record ChangeSettings(int pick, String queue, int maxAttempts) implements Operation {
    @Override
    public void on(JobWorld world) {
      JobUpdate update = JobUpdate.builder().queue(queue).maxAttempts(maxAttempts).build();
      world.onRestingJob(
          pick,
          id -> world.jobs.update(id, update),
          job -> {
            world.jobs.update(job.id, update);
            job.queue = queue;
            job.maxAttempts = maxAttempts;
          });
    }
  }
}
