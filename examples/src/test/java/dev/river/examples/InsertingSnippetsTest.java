package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.job.Inserted;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.sql.Connection;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

class InsertingSnippetsTest {
  @Test
  void doesWhatThePageSays() throws Exception {
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
}
