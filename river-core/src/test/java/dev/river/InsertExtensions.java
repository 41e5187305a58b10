package dev.river;

import dev.river.job.JobArgs;
import dev.river.job.JobInsertParams;
import dev.river.work.Extension;
import dev.river.work.InsertCall;
import dev.river.work.InsertResult;
import java.util.List;
import java.util.Optional;

/** Extensions around inserts, and what they are tried on. */
final class InsertExtensions {
  private InsertExtensions() {}

  record OtherArgs(String name) implements JobArgs {
    @Override
    public String kind() {
      return "other";
    }
  }

  /** Notes when it is called, and for which jobs. */
  static final class Noting implements Extension {
    private final String name;
    private final List<String> order;

    Noting(String name, List<String> order) {
      this.name = name;
      this.order = order;
    }

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
      order.add("before " + name + " " + job.encodedArgs());
      return job;
    }

    @Override
    public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
      order.add("into " + name + " " + call.jobs().size() + (call.isCopy() ? " copy" : ""));
      InsertResult result = inner.proceed();
      order.add(
          "out of %s %s %s"
              .formatted(
                  name,
                  result.rows().stream().map(InsertResult.Row::duplicate).toList(),
                  result.count()));
    }

    @Override
    public void afterInsert(InsertCall call, Optional<Throwable> failure) throws Exception {
      order.add("after " + name + failure.map(thrown -> " " + thrown.getMessage()).orElse(""));
    }
  }

  /** Fails where it is told to. */
  static final class Failing implements Extension {
    private final String where;
    private final Exception failure;

    Failing(String where, Exception failure) {
      this.where = where;
      this.failure = failure;
    }

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
      if (where.equals("before") && job.encodedArgs().contains("bad")) {
        throw failure;
      }
      return job;
    }

    @Override
    public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
      inner.proceed();
      if (where.equals("around")) {
        throw failure;
      }
    }

    @Override
    public void afterInsert(InsertCall call, Optional<Throwable> thrown) throws Exception {
      if (where.equals("after")) {
        throw failure;
      }
    }
  }

  interface Before {
    JobInsertParams change(JobInsertParams job) throws Exception;
  }

  interface Around {
    void run(Extension.InnerInsert inner) throws Exception;
  }

  static Extension before(Before before) {
    return new Extension() {
      @Override
      public JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
        return before.change(job);
      }
    };
  }

  /** Changes jobs into some that a constraint of {@link #REFUSAL} refuses. */
  static Extension unstorable() {
    return before(job -> job.toBuilder().encodedArgs("{\"refused\": true}").build());
  }

  static final String REFUSAL =
      "ALTER TABLE river_job ADD CONSTRAINT refusal CHECK (args ->> 'refused' IS NULL)";

  static Extension around(Around around) {
    return new Extension() {
      @Override
      public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
        around.run(inner);
      }
    };
  }
}
