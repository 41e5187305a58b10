package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import org.junit.jupiter.api.Test;

class MaintenanceSnippetsTest {
  record NoteArgs() implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }
  }

  @Test
  void makesAClientOfSettingsThatAreValid() {
    Workers workers = new Workers().add(NoteArgs.class, (job, context) -> WorkResult.completed());
    try (ExampleDatabase database = ExampleDatabase.open();
        RiverClient client = MaintenanceSnippets.client(database.dataSource(), workers)) {
      assertThat(client.id()).isNotEmpty();
    }
  }
}
