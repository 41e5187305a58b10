package dev.river.test;

import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects what is expected of a job beside its kind and its arguments. */
final class Demands {
  private final List<Demand> demands = new ArrayList<>();

  private Demands() {}

  /** {@return one demand for the state and each option that is set, in the order of messages} */
  static List<Demand> of(@Nullable JobState state, InsertOpts opts) {
    Demands demands = new Demands();
    if (state != null) {
      demands.add("state", Descriptions.of(state), job -> Descriptions.of(job.state()));
    }
    demands.addPlace(opts);
    demands.addLabels(opts);
    return List.copyOf(demands.demands);
  }

  private void addPlace(InsertOpts opts) {
    opts.queue().ifPresent(queue -> add("queue", queue, JobRow::queue));
    opts.priority().ifPresent(priority -> add("priority", priority, JobRow::priority));
    opts.maxAttempts().ifPresent(max -> add("maxAttempts", max, JobRow::maxAttempts));
    opts.scheduledAt().ifPresent(at -> add("scheduledAt", at, JobRow::scheduledAt));
    opts.pending()
        .ifPresent(pending -> add("pending", pending, job -> job.state() == JobState.PENDING));
  }

  private void addLabels(InsertOpts opts) {
    opts.tags().ifPresent(tags -> add("tags", tags, JobRow::tags));
    opts.metadata().ifPresent(metadata -> metadata.forEach(this::addMetadata));
    opts.unique()
        .map(unique -> unique.isEmpty() ? Set.<JobState>of() : unique.states())
        .map(Descriptions::ofStates)
        .ifPresent(
            states ->
                add("unique in states", states, job -> Descriptions.ofStates(job.uniqueStates())));
  }

  private void addMetadata(String name, @Nullable Object value) {
    String wanted = Json.text(value);
    Map<String, ?> entry = Collections.singletonMap(name, value);
    add(
        "metadata." + name,
        wanted,
        job ->
            Json.CODEC.hasEntries(job.metadata(), entry)
                ? wanted
                : Json.entries(job.metadata()).getOrDefault(name, "nothing"));
  }

  private void add(String field, Object wanted, Function<JobRow, Object> found) {
    demands.add(new Demand(field, wanted, found));
  }
}
