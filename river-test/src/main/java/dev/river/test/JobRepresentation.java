package dev.river.test;

import dev.river.job.Job;
import dev.river.job.JobRow;
import org.assertj.core.presentation.StandardRepresentation;

/** Shows jobs in AssertJ's messages as the other assertions do. */
final class JobRepresentation extends StandardRepresentation {
  static final JobRepresentation INSTANCE = new JobRepresentation();

  private JobRepresentation() {}

  @Override
  protected String fallbackToStringOf(Object object) {
    if (object instanceof JobRow row) {
      return Descriptions.of(row);
    }
    return object instanceof Job<?> job
        ? Descriptions.of(job.row())
        : super.fallbackToStringOf(object);
  }
}
