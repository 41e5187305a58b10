package dev.river.test.args;

import dev.river.job.JobArgs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a sample differs from stored arguments.
 *
 * @param sample the sample
 * @param json the sample as it is stored
 * @param reader reads stored arguments
 */
record SampleChanges(JobArgs sample, String json, VersionReader reader) {

  /** {@return the names and types that differ} Nothing can be said about what is no JSON object. */
  List<String> ofShape(StoredVersion version) {
    if (!(tree(version) instanceof Map<?, ?> before)) {
      return List.of();
    }
    JobArgs guide = reader.decoded(version.json()).orElse(sample);
    return Shape.of(Json.INSPECTION.tree(json), sample).changesSince(Shape.of(before, guide));
  }

  /** {@return the values that differ, where both have one} */
  List<String> ofValues(StoredVersion version) {
    Object now = Json.INSPECTION.tree(json);
    return ReadComparison.findings(new Spot(Finding.ROOT, tree(version), sample, now)).stream()
        .filter(Finding.Changed.class::isInstance)
        .map(Finding.Changed.class::cast)
        .map(
            change ->
                "%s was %s and is %s".formatted(change.path(), change.before(), change.after()))
        .toList();
  }

  private static @Nullable Object tree(StoredVersion version) {
    try {
      return Json.INSPECTION.tree(version.json());
    } catch (IllegalArgumentException e) {
      return null; // that it can't be read is found elsewhere
    }
  }
}
