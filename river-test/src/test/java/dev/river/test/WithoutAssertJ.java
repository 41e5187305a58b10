package dev.river.test;

import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import java.sql.Connection;
import java.util.function.Function;

/**
 * Uses the assertions as a test of any framework does, on a connection that sees one mail to bob,
 * and returns the message of the one that fails.
 */
public final class WithoutAssertJ implements Function<Connection, String> {

  private record MailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  private record OtherArgs() implements JobArgs {
    @Override
    public String kind() {
      return "other";
    }
  }

  @Override
  public String apply(Connection connection) {
    ExpectedJob<MailArgs> mail = ExpectedJob.of(new MailArgs("bob"));
    Job<MailArgs> job = RiverAssertions.requireInserted(connection, MailArgs.class);
    RiverAssertions.requireManyInserted(connection, mail.inState(job.state()));
    RiverAssertions.requireNotInserted(connection, OtherArgs.class);
    RiverAssertions.requireNotInserted(connection, mail.inState(JobState.RUNNING));
    RiverAssertions.jobs(connection)
        .requireInserted(ExpectedJob.of(MailArgs.class, InsertOpts.defaults()));
    try {
      RiverAssertions.requireNotInserted(connection, mail);
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
    return "nothing failed";
  }
}
