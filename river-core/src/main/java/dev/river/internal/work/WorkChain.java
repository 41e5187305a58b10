package dev.river.internal.work;

import dev.river.job.JobRow;
import dev.river.work.Extension;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import java.util.List;
import java.util.Optional;

/** Runs a job through extensions, the first of them outermost, to what lies inside all of them. */
final class WorkChain {
  private WorkChain() {}

  /**
   * {@return what becomes of the job}
   *
   * @param extensions the extensions
   * @param job the job
   * @param context what may be done with it
   * @param innermost the worker
   */
  static WorkResult run(
      List<Extension> extensions, JobRow job, JobContext context, Extension.Inner innermost)
      throws Exception {
    if (extensions.isEmpty()) {
      return innermost.proceed(job);
    }
    Extension outer = extensions.getFirst();
    List<Extension> rest = extensions.subList(1, extensions.size());
    outer.beforeWork(job, context);
    WorkResult result;
    try {
      result = outer.aroundWork(job, context, inner -> run(rest, inner, context, innermost));
    } catch (Throwable failure) {
      afterFailure(outer, job, context, failure);
      throw failure;
    }
    outer.afterWork(job, context, Optional.empty());
    return result;
  }

  @SuppressWarnings("ReferenceEquality") // their own equals may be code that throws
  private static void afterFailure(
      Extension outer, JobRow job, JobContext context, Throwable failure) {
    try {
      outer.afterWork(job, context, Optional.of(failure));
    } catch (Throwable second) {
      if (second != failure) {
        failure.addSuppressed(second);
      }
    }
  }
}
