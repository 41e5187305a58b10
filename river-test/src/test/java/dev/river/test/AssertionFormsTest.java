package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.query.JobQuery;
import dev.river.test.AssertionsFixture.MailArgs;
import dev.river.test.AssertionsFixture.SortArgs;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every assertion in every form, on what that form alone sees. */
class AssertionFormsTest {
  private static final InsertOpts SLOW = InsertOpts.builder().queue("slow").build();
  private static final String ON_SEARCH_PATH =
      " - this looked along the connection's search path; if the client names a schema, use"
          + " RiverAssertions.inSchema(...)";
  private static final String IN_ONE_SCHEMA =
      " - if the client names another schema, use that one in RiverAssertions.inSchema(...)";
  private static final ExpectedJob<MailArgs> SLOW_MAIL = ExpectedJob.of(MailArgs.class, SLOW);

  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  enum Form {
    JOOQ("", ON_SEARCH_PATH) {
      @Override
      <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass) {
        return RiverAssertions.requireInserted(DB.tx(), argsClass);
      }

      @Override
      <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected) {
        return RiverAssertions.requireInserted(DB.tx(), expected);
      }

      @Override
      List<Job<?>> requireManyInserted(ExpectedJob<?>... expected) {
        return RiverAssertions.requireManyInserted(DB.tx(), expected);
      }

      @Override
      void requireNotInserted(Class<? extends JobArgs> argsClass) {
        RiverAssertions.requireNotInserted(DB.tx(), argsClass);
      }

      @Override
      void requireNotInserted(ExpectedJob<?> unexpected) {
        RiverAssertions.requireNotInserted(DB.tx(), unexpected);
      }

      @Override
      StoredJobs jobs() {
        return RiverAssertions.jobs(DB.tx());
      }
    },
    JDBC("", ON_SEARCH_PATH) {
      @Override
      <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass) {
        return RiverAssertions.requireInserted(DB.connection(), argsClass);
      }

      @Override
      <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected) {
        return RiverAssertions.requireInserted(DB.connection(), expected);
      }

      @Override
      List<Job<?>> requireManyInserted(ExpectedJob<?>... expected) {
        return RiverAssertions.requireManyInserted(DB.connection(), expected);
      }

      @Override
      void requireNotInserted(Class<? extends JobArgs> argsClass) {
        RiverAssertions.requireNotInserted(DB.connection(), argsClass);
      }

      @Override
      void requireNotInserted(ExpectedJob<?> unexpected) {
        RiverAssertions.requireNotInserted(DB.connection(), unexpected);
      }

      @Override
      StoredJobs jobs() {
        return RiverAssertions.jobs(DB.connection());
      }
    },
    /** Sees only what is committed. */
    CLIENT("", "") {
      @Override
      <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass) {
        return RiverAssertions.requireInserted(client(), argsClass);
      }

      @Override
      <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected) {
        return RiverAssertions.requireInserted(client(), expected);
      }

      @Override
      List<Job<?>> requireManyInserted(ExpectedJob<?>... expected) {
        return RiverAssertions.requireManyInserted(client(), expected);
      }

      @Override
      void requireNotInserted(Class<? extends JobArgs> argsClass) {
        RiverAssertions.requireNotInserted(client(), argsClass);
      }

      @Override
      void requireNotInserted(ExpectedJob<?> unexpected) {
        RiverAssertions.requireNotInserted(client(), unexpected);
      }

      @Override
      StoredJobs jobs() {
        return RiverAssertions.jobs(client());
      }

      @Override
      RiverClient client() {
        return DB.clientOfSchema();
      }

      @Override
      void publish() throws SQLException {
        DB.connection().commit();
      }
    },
    JOOQ_IN_SCHEMA("schema \"jobs\": ", IN_ONE_SCHEMA) {
      @Override
      <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass) {
        return IN_SCHEMA.requireInserted(DB.tx(), argsClass);
      }

      @Override
      <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected) {
        return IN_SCHEMA.requireInserted(DB.tx(), expected);
      }

      @Override
      List<Job<?>> requireManyInserted(ExpectedJob<?>... expected) {
        return IN_SCHEMA.requireManyInserted(DB.tx(), expected);
      }

      @Override
      void requireNotInserted(Class<? extends JobArgs> argsClass) {
        IN_SCHEMA.requireNotInserted(DB.tx(), argsClass);
      }

      @Override
      void requireNotInserted(ExpectedJob<?> unexpected) {
        IN_SCHEMA.requireNotInserted(DB.tx(), unexpected);
      }

      @Override
      StoredJobs jobs() {
        return IN_SCHEMA.jobs(DB.tx());
      }

      @Override
      RiverClient client() {
        return DB.clientOfSchema();
      }
    },
    JDBC_IN_SCHEMA("schema \"jobs\": ", IN_ONE_SCHEMA) {
      @Override
      <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass) {
        return IN_SCHEMA.requireInserted(DB.connection(), argsClass);
      }

      @Override
      <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected) {
        return IN_SCHEMA.requireInserted(DB.connection(), expected);
      }

      @Override
      List<Job<?>> requireManyInserted(ExpectedJob<?>... expected) {
        return IN_SCHEMA.requireManyInserted(DB.connection(), expected);
      }

      @Override
      void requireNotInserted(Class<? extends JobArgs> argsClass) {
        IN_SCHEMA.requireNotInserted(DB.connection(), argsClass);
      }

      @Override
      void requireNotInserted(ExpectedJob<?> unexpected) {
        IN_SCHEMA.requireNotInserted(DB.connection(), unexpected);
      }

      @Override
      StoredJobs jobs() {
        return IN_SCHEMA.jobs(DB.connection());
      }

      @Override
      RiverClient client() {
        return DB.clientOfSchema();
      }
    };

    private static final SchemaAssertions IN_SCHEMA =
        RiverAssertions.inSchema(AssertionsFixture.SCHEMA);

    /** What a message begins with. */
    private final String prefix;

    /** What a message adds if there is no job at all. */
    private final String hint;

    Form(String prefix, String hint) {
      this.prefix = prefix;
      this.hint = hint;
    }

    abstract <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass);

    abstract <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected);

    abstract List<Job<?>> requireManyInserted(ExpectedJob<?>... expected);

    abstract void requireNotInserted(Class<? extends JobArgs> argsClass);

    abstract void requireNotInserted(ExpectedJob<?> unexpected);

    abstract StoredJobs jobs();

    /** {@return what inserts where this form looks} */
    RiverClient client() {
      return DB.client();
    }

    /** Lets this form see what was inserted. */
    void publish() throws SQLException {}

    <T extends JobArgs> Job<T> insert(T args, InsertOpts opts) {
      return client().insertTx(DB.connection(), args, opts).job();
    }

    void insertElsewhere() {
      RiverClient other = client() == DB.client() ? DB.clientOfSchema() : DB.client();
      other.insertTx(DB.connection(), new MailArgs("elsewhere"), SLOW);
    }
  }

  @AfterEach
  void deleteWhatWasCommitted() throws SQLException {
    DB.connection().rollback();
    DB.client().jobs().deleteAll(JobQuery.all(), 100);
    DB.clientOfSchema().jobs().deleteAll(JobQuery.all(), 100);
  }

  @ParameterizedTest
  @EnumSource
  void acceptsTheJobsThatThereAre(Form form) throws SQLException {
    Job<SortArgs> sort = form.insert(new SortArgs(List.of()), InsertOpts.defaults());
    Job<MailArgs> mail = form.insert(new MailArgs("bob"), SLOW);
    form.insertElsewhere();
    form.publish();

    assertThat(form.requireInserted(MailArgs.class)).isEqualTo(mail);
    assertThat(form.requireInserted(SLOW_MAIL)).isEqualTo(mail);
    assertThat(form.requireManyInserted(ExpectedJob.of(SortArgs.class), SLOW_MAIL))
        .isEqualTo(List.of(sort, mail));
    assertThatCode(() -> form.requireNotInserted(ExpectedJob.of(new MailArgs("elsewhere"))))
        .doesNotThrowAnyException();
    assertThat(form.jobs().all()).containsExactly(sort.row(), mail.row());
    assertThat(form.jobs().ofKind(MailArgs.class)).containsExactly(mail);
  }

  @ParameterizedTest
  @EnumSource
  void acceptsThatThereIsNoJob(Form form) throws SQLException {
    form.insertElsewhere();
    form.publish();

    assertThatCode(() -> form.requireNotInserted(MailArgs.class)).doesNotThrowAnyException();
    assertThatCode(() -> form.requireNotInserted(SLOW_MAIL)).doesNotThrowAnyException();
    assertThat(form.jobs().all()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void missesAJobThatIsElsewhere(Form form) throws SQLException {
    form.insertElsewhere();
    form.publish();

    assertFails(
        form,
        () -> form.requireInserted(MailArgs.class),
        "expected one job of kind \"mail\" (MailArgs), got none: there is no job of any kind"
            + form.hint);
    assertFails(
        form,
        () -> form.requireInserted(SLOW_MAIL),
        "expected one job of kind \"mail\" (MailArgs) with queue slow, got none:"
            + " there is no job of any kind"
            + form.hint);
    assertFails(
        form,
        () -> form.jobs().requireOneMatching(SLOW_MAIL),
        "expected one job among others of kind \"mail\" (MailArgs) with queue slow, got none:"
            + " there is no job of any kind"
            + form.hint);
    assertFails(
        form,
        () -> form.requireManyInserted(SLOW_MAIL),
        "expected exactly 1 job of kind \"mail\" in this order, got 0; different at 1:\n"
            + "  1. expected kind \"mail\" (MailArgs) with queue slow\n     found    nothing"
            + "\nthere is no job of any kind"
            + form.hint);
  }

  @ParameterizedTest
  @EnumSource
  void failsIfThereIsAJob(Form form) throws SQLException {
    long id = form.insert(new MailArgs("bob"), SLOW).id();
    form.publish();
    String job =
        "job %s of kind \"mail\", available in queue slow: {\"to\": \"bob\"}".formatted(id);

    assertFails(
        form,
        () -> form.requireNotInserted(MailArgs.class),
        "expected no job of kind \"mail\" (MailArgs), got 1:\n  " + job);
    assertFails(
        form,
        () -> form.requireNotInserted(SLOW_MAIL),
        "expected no job of kind \"mail\" (MailArgs) with queue slow, got 1:\n  " + job);
    assertFails(
        form,
        () -> form.requireInserted(SLOW_MAIL.inState(JobState.RUNNING)),
        """
        expected one job of kind "mail" (MailArgs) with state running, queue slow, got one that differs:
          %s
            - state: expected running, got available"""
            .formatted(job));
  }

  @Test
  void seesWhatIsNotCommittedWithAClientToo() {
    Job<MailArgs> job = DB.clientOfSchema().insertTx(DB.connection(), new MailArgs("bob")).job();

    assertThat(
            RiverAssertions.jobs(DB.clientOfSchema().jobs(DB.tx())).requireInserted(MailArgs.class))
        .isEqualTo(job);
    assertThat(
            RiverAssertions.jobs(DB.clientOfSchema().jobs(DB.connection()))
                .requireInserted(MailArgs.class))
        .isEqualTo(job);
    assertThatCode(() -> RiverAssertions.requireNotInserted(DB.clientOfSchema(), MailArgs.class))
        .doesNotThrowAnyException();
  }

  @Test
  void seesOnlyWhatItsTransactionSees() throws SQLException {
    DB.insert(new MailArgs("bob"));

    try (Connection other = DB.connect()) {
      assertThatCode(() -> RiverAssertions.requireNotInserted(other, MailArgs.class))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void leavesTheTransactionOpen() throws SQLException {
    RiverAssertions.requireNotInserted(DB.tx(), MailArgs.class);
    RiverAssertions.requireNotInserted(DB.connection(), MailArgs.class);

    assertThat(DB.connection().isClosed()).isFalse();
    assertThat(DB.connection().getAutoCommit()).isFalse();
    DB.insert(new MailArgs("bob"));
    assertThat(RiverAssertions.requireInserted(DB.tx(), MailArgs.class).state())
        .isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void looksAnewAtEachCall() {
    StoredJobs jobs = RiverAssertions.jobs(DB.tx());
    jobs.requireNotInserted(MailArgs.class);

    Job<MailArgs> job = DB.insert(new MailArgs("bob"));

    assertThat(jobs.requireInserted(MailArgs.class)).isEqualTo(job);
  }

  @Test
  void failsIfTheArgsOfAJobDoNotFitItsClass() {
    long id = DB.insert(new SortArgs(List.of("whale"))).id();

    assertThatThrownBy(
            () -> RiverAssertions.jobs(DB.tx()).ofKind(AssertionsFixture.OtherSortArgs.class))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            """
            expected jobs of kind "sort" (OtherSortArgs), got one that differs:
              job %s of kind "sort", available in queue default: {"strings": ["whale"]}
                - args can't be read as""",
            id);
  }

  private static void assertFails(Form form, Runnable assertion, String message) {
    assertThatThrownBy(assertion::run)
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("%s", form.prefix + message);
  }
}
