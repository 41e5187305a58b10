package dev.river.test;

import dev.river.job.JobRow;
import dev.river.query.JobCursor;
import dev.river.query.JobPage;
import dev.river.query.JobQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where jobs are read from. */
@FunctionalInterface
interface JobSource {
  /** The largest page that a query may ask for. */
  int PAGE = 10_000;

  /** {@return a page of the jobs that a query means} */
  JobPage list(JobQuery query);

  /** {@return all jobs, or the first ones if they are very many, by number} */
  default JobPage firstPage() {
    return list(JobQuery.builder().limit(PAGE).build());
  }

  /** {@return all jobs by number} */
  default List<JobRow> all() {
    return every(JobQuery.builder());
  }

  /** {@return the jobs of some kinds by number} */
  default List<JobRow> ofKinds(String... kinds) {
    return every(JobQuery.builder().kinds(kinds));
  }

  private List<JobRow> every(JobQuery.Builder query) {
    List<JobRow> jobs = new ArrayList<>();
    Optional<JobCursor> next;
    do {
      JobPage page = list(query.limit(PAGE).build());
      jobs.addAll(page.jobs());
      next = page.next();
      next.ifPresent(query::after);
    } while (next.isPresent());
    return jobs;
  }
}
