package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.job.Inserted;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** The code of docs/inserting.md is compiled and run here. */
class InsertingPageTest {
  @Test
  void showsCodeThatIsCompiled() throws Exception {
    String page = Files.readString(Path.of("../docs/inserting.md"));
    StringBuilder sources = new StringBuilder();
    for (String example : List.of("InsertingSnippets", "EncryptedArgs")) {
      sources.append(
          Files.readString(Path.of("src/main/java/dev/river/examples/" + example + ".java")));
    }
    List<String> blocks =
        Pattern.compile("^```java\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> squeezed(block.group(1)))
            .toList();

    assertThat(page).startsWith("# Inserting jobs\n\n```java\n");
    assertThat(blocks)
        .hasSize(5)
        .allSatisfy(block -> assertThat(squeezed(sources.toString())).contains(block));
  }

  @Test
  void showsCodeThatDoesWhatThePageSays() throws Exception {
    try (TestDatabase database = TestPostgres.shared().createDatabase();
        RiverClient client = RiverClient.builder(database.dataSource()).build();
        Connection connection = database.dataSource().getConnection()) {
      long first = InsertingSnippets.insertOnce(client).id();
      assertThat(InsertingSnippets.insertOnce(client))
          .satisfies(again -> assertThat(again.duplicate()).isTrue())
          .satisfies(again -> assertThat(again.id()).isEqualTo(first));
      assertThat(
              InsertingSnippets.insertMany(
                  client, DSL.using(database.dataSource(), SQLDialect.POSTGRES)))
          .extracting(Inserted::duplicate)
          .containsExactly(false, false);
      assertThat(InsertingSnippets.insertFast(client, connection, Stream.of(3L, 4L, 5L)))
          .isEqualTo(3);
    }
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
