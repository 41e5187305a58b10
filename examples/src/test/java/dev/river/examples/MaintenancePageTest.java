package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/maintenance.md is compiled and run here. */
class MaintenancePageTest {
  record NoteArgs() implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }
  }

  @Test
  void showsCodeThatIsCompiled() throws Exception {
    String page = Files.readString(Path.of("../docs/maintenance.md"));
    String source =
        Files.readString(Path.of("src/main/java/dev/river/examples/MaintenanceSnippets.java"));
    List<String> blocks =
        Pattern.compile("^```java\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> squeezed(block.group(1)))
            .toList();

    assertThat(page).startsWith("# Maintenance\n\n```java\n");
    assertThat(blocks).hasSize(1).allSatisfy(block -> assertThat(squeezed(source)).contains(block));
  }

  @Test
  void makesAClientOfSettingsThatAreValid() {
    Workers workers = new Workers().add(NoteArgs.class, (job, context) -> WorkResult.completed());
    try (ExampleDatabase database = ExampleDatabase.open();
        RiverClient client = MaintenanceSnippets.client(database.dataSource(), workers)) {
      assertThat(client.id()).isNotEmpty();
    }
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
