package dev.river.work;

import dev.river.job.JobInsertParams;
import java.util.List;

/**
 * One call that inserts jobs, as far as it concerns an extension.
 *
 * @param jobs the jobs as they will be stored, after every {@link Extension#beforeInsert}: all of
 *     the call for an extension of the client, those of its kind for one of a kind, in the order of
 *     the call. None if {@code isCopy}, since those are taken from a stream one after the other.
 * @param isCopy whether the call is one of {@link JobInserter#insertManyFast}
 */
public record InsertCall(List<JobInsertParams> jobs, boolean isCopy) {

  /** Makes the list immutable. */
  public InsertCall {
    jobs = List.copyOf(jobs);
  }
}
