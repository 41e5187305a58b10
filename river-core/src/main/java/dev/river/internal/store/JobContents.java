package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.val;

import dev.river.internal.codec.JobMetadata;
import dev.river.job.JobRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** Reads the arguments and the metadata of jobs that were claimed without them. */
public final class JobContents {
  private JobContents() {}

  /** {@return whether a job's arguments and metadata were read with it} */
  public static boolean areRead(JobRow row) {
    return JobRows.isWhole(row);
  }

  /**
   * {@return how many bytes the arguments and the metadata of jobs take as they are stored, mostly
   * compressed, by the jobs' numbers}
   *
   * @param db where to run
   * @param ids the jobs
   */
  public static Map<Long, Integer> storedSizes(DSLContext db, Collection<Long> ids) {
    Field<Integer> size =
        JobRows.storedSize(RIVER_JOB.ARGS).plus(JobRows.storedSize(RIVER_JOB.METADATA));
    return db.select(RIVER_JOB.ID, size)
        .from(RIVER_JOB)
        .where(RIVER_JOB.ID.eq(any(ids.toArray(Long[]::new))))
        .fetchMap(RIVER_JOB.ID, size);
  }

  /**
   * A job with its arguments and metadata.
   *
   * @param row the job
   * @param isCancelled whether it was cancelled since it was claimed
   */
  public record Contents(JobRow row, boolean isCancelled) {}

  /**
   * {@return jobs with their arguments and metadata, in their order} Those are left out that do not
   * run the attempt any more for which they were claimed.
   *
   * @param db where to run
   * @param claimed the jobs, as they were claimed
   */
  public static List<Contents> read(DSLContext db, List<JobRow> claimed) {
    var query =
        db.select(
                RIVER_JOB.ID,
                RIVER_JOB.ATTEMPT,
                JobRescues.OWNER,
                RIVER_JOB.ARGS,
                RIVER_JOB.METADATA,
                JobRows.CANCEL_MARK)
            .from(RIVER_JOB)
            .where(RIVER_JOB.ID.eq(any(val(claimed.stream().map(JobRow::id).toArray(Long[]::new)))))
            .and(JobRescues.RUNS);
    Map<Long, Stored> found = new HashMap<>();
    DirectRows.fetch(
            db,
            query,
            row ->
                new Stored(
                    row.getLong(1),
                    row.getInt(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    Optional.ofNullable(row.getString(6))))
        .forEach(stored -> found.put(stored.id(), stored));
    return claimed.stream().flatMap(row -> with(row, found.get(row.id()))).toList();
  }

  private static Stream<Contents> with(JobRow row, @Nullable Stored found) {
    return Optional.ofNullable(found)
        .filter(stored -> stored.isOfAttempt(row))
        .map(
            stored ->
                new Contents(
                    JobRows.with(row, stored.args(), stored.metadata()),
                    stored.mark().isPresent()
                        && !stored.mark().equals(JobMetadata.cancelMark(row.metadata()))))
        .stream();
  }

  private record Stored(
      long id,
      int attempt,
      @Nullable String owner,
      String args,
      String metadata,
      Optional<String> mark) {
    boolean isOfAttempt(JobRow row) {
      String claimedBy = row.attemptedBy().isEmpty() ? null : row.attemptedBy().getLast();
      return attempt == row.attempt() && Objects.equals(owner, claimedBy);
    }
  }
}
