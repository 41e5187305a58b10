package dev.river.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.river.RiverClient;
import dev.river.RiverClientBuilder;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import dev.river.work.QueueConfig;
import dev.river.work.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The README's code and commands are those that are compiled and run here. */
class ReadmeTest {
  private static final Path PROGRAM =
      Path.of("src/main/java/dev/river/examples/ReadmeProgram.java");

  private final Page readme = Page.of("README.md");

  @Test
  void showsCodeThatIsCompiled() {
    String sources = Page.sources();

    assertThat(readme.blocks("java"))
        .hasSizeGreaterThan(3)
        .allSatisfy(block -> assertThat(sources).contains(Page.squeezed(block)));
  }

  @Test
  void showsTheWholeProgram() throws IOException {
    assertThat(readme.blocks("java").getFirst())
        .startsWith("import ")
        .satisfies(
            block ->
                assertThat(Page.squeezed(Files.readString(PROGRAM)))
                    .endsWith(Page.squeezed(block)));
  }

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void showsAProgramThatRuns() throws Exception {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase()) {
      DSL.using(database.dataSource(), SQLDialect.POSTGRES)
          .execute("CREATE TABLE orders (id bigint PRIMARY KEY, item text NOT NULL)");
      try (ChildJvm program = ChildJvm.start(ReadmeProgram.class, database.url(), database.url())) {
        assertThat(program.awaitEnd()).containsExactly("order 42: receipt sent to ada@example.org");
        assertThat(program.exitValue()).isZero();
      }
    }
  }

  @Test
  void showsHowToMigrateAndToGoBack() {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase()) {
      DSLContext dsl = DSL.using(database.dataSource(), SQLDialect.POSTGRES);

      ReadmeSnippets.migrate(database.dataSource());
      assertThat(jobTables(dsl)).isEqualTo(1);
      ReadmeSnippets.undo(database.dataSource());
      assertThat(jobTables(dsl)).isZero();
    }
  }

  @Test
  void showsHowToPrintTheSqlOfAllMigrations() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      ReadmeSnippets.print();
    } finally {
      System.setOut(before);
    }

    assertThat(printed.toString(UTF_8))
        .contains("CREATE TABLE \"river\".river_job ", "CREATE INDEX river_job_claim_idx");
  }

  @Test
  void showsAWorkerThatDoesWhatItsCommentsSay() throws Exception {
    try (TestDatabase database = TestPostgres.shared().createDatabase()) {
      BusyAfterOneMail server = new BusyAfterOneMail();
      Workers workers = new Workers().add(new ReadmeSnippets.MailWorker(server));
      StoredJobs stored = new StoredJobs(database.dataSource());
      try (RiverClient client =
          RiverClient.builder(database.dataSource()).workers(workers).queue("default", 1).build()) {
        long wrong = client.insert(new ReadmeSnippets.MailArgs("ada")).id();
        long right = client.insert(new ReadmeSnippets.MailArgs("ada@example.org")).id();
        long later = client.insert(new ReadmeSnippets.MailArgs("bob@example.org")).id();
        client.start();
        Waiting.until(server.asked);
        client.stop();

        assertThat(stored.describe(wrong)).startsWith("job 1 is cancelled after 1 of");
        assertThat(stored.describe(right)).startsWith("job 2 is completed after 1 of");
        assertThat(stored.describe(later)).startsWith("job 3 is scheduled after 0 of");
        assertThat(server.sent).containsExactly("ada@example.org");
      }
    }
  }

  @Test
  void showsAShutdownHookThatDoesNoHarmToAStoppedClient() {
    try (TestDatabase database = TestPostgres.shared().createDatabase();
        RiverClient client = RiverClient.builder(database.dataSource()).build()) {
      assertThatNoException().isThrownBy(() -> ReadmeSnippets.stopAtShutdown(client));
    }
  }

  @Test
  void namesTheCommandsThatContinuousIntegrationRuns() {
    String documented = readme.text() + Page.of("CONTRIBUTING.md").text();
    List<String> commands =
        Page.of(".ci/run").text().lines().filter(line -> line.startsWith("mvn ")).toList();

    assertThat(commands)
        .hasSize(3)
        .allSatisfy(command -> assertThat(documented).contains("\n" + command + "\n"));
    assertThat(commands).containsAll(readme.blocks("sh").getFirst().lines().toList());
  }

  @Test
  void namesEverySettingOfAClientAndOfAQueue() {
    assertThat(settingsOf(RiverClientBuilder.class))
        .hasSizeGreaterThan(20)
        .allSatisfy(name -> assertThat(readme.text()).containsPattern(rowOf(name)));
    assertThat(settingsOf(QueueConfig.Builder.class))
        .hasSizeGreaterThan(3)
        .allSatisfy(
            name -> assertThat(Page.of("docs/queues.md").text()).containsPattern(rowOf(name)));
  }

  @Test
  void namesTheVersionsOfThisBuildForWhatTheProgramNeeds() {
    String parent = Page.of("pom.xml").text();

    assertThat(readme.blocks("xml").getFirst())
        .contains("<version>%s</version>".formatted(version(parent, "hikaricp")))
        .contains("<version>%s</version>".formatted(version(parent, "logback")));
  }

  private static List<String> settingsOf(Class<?> builder) {
    return Stream.of(builder.getMethods())
        .filter(method -> method.getReturnType() == builder)
        .map(Method::getName)
        .distinct()
        .toList();
  }

  /** {@return a row of a table whose first column has the setting} */
  private static Pattern rowOf(String setting) {
    return Pattern.compile("^\\|[^|]*`%s[`(]".formatted(setting), Pattern.MULTILINE);
  }

  private static String version(String pom, String name) {
    Matcher version = Pattern.compile("<%s.version>(.*?)<".formatted(name)).matcher(pom);
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  private static int jobTables(DSLContext dsl) {
    return dsl.fetchCount(
        DSL.table("pg_tables"), DSL.condition("schemaname = 'river' AND tablename = 'river_job'"));
  }

  /** Takes one mail, and no more for the time being. */
  private static final class BusyAfterOneMail implements ReadmeSnippets.MailServer {
    private final CountDownLatch asked = new CountDownLatch(2);
    private final List<String> sent = new CopyOnWriteArrayList<>();

    @Override
    public boolean isBusy() {
      asked.countDown();
      return !sent.isEmpty();
    }

    @Override
    public void send(String to) {
      sent.add(to);
    }
  }
}
