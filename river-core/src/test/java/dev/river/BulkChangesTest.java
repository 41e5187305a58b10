package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.util.List;
import java.util.stream.IntStream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on many jobs of which the database refuses to change one. */
class BulkChangesTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @ParameterizedTest
  @ValueSource(strings = {"45000", "42501", "22023", "P0001"})
  void cancelAllLeavesOutAJobThatCanNotBeChanged(String sqlState) {
    log.expectWarnings();
    List<Long> ids = insert(9);
    refuse("UPDATE", ids.get(3), sqlState);

    assertThat(client().jobs().cancelAll(JobQuery.all(), 100))
        .containsExactlyElementsOf(without(ids, 3));

    assertThat(river.row(ids.get(3)).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(ids.get(4)).getState()).isEqualTo(RiverJobState.cancelled);
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("job %s: it can't be cancelled".formatted(ids.get(3)));
  }

  @Test
  void deleteAllLeavesOutAJobThatARowRefersTo() {
    log.expectWarnings();
    List<Long> ids = insert(9);
    river.dsl().execute("CREATE TABLE note (job_id bigint REFERENCES river_job)");
    river.dsl().execute("INSERT INTO note VALUES (?)", ids.get(8));

    assertThat(client().jobs().deleteAll(JobQuery.all(), 100))
        .containsExactlyElementsOf(without(ids, 8));
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
  }

  @Test
  void aCallersTransactionGoesOnAfterAJobThatCanNotBeChanged() {
    log.expectWarnings();
    List<Long> ids = insert(5);
    refuse("UPDATE", ids.get(0), "45000");
    river.dsl().execute("CREATE TABLE note (text text)");
    RiverClient client = client();

    river
        .dsl()
        .transaction(
            tx -> {
              DSL.using(tx).execute("INSERT INTO note VALUES ('before')");
              assertThat(client.jobs(DSL.using(tx)).cancelAll(JobQuery.all(), 100))
                  .containsExactlyElementsOf(without(ids, 0));
              DSL.using(tx).execute("INSERT INTO note VALUES ('after')");
            });

    assertThat(river.dsl().fetchCount(DSL.table("note"))).isEqualTo(2);
    assertThat(river.row(ids.get(1)).getState()).isEqualTo(RiverJobState.cancelled);
  }

  private RiverClient client() {
    return river.client(RiverClient.builder(river.dataSource()));
  }

  private List<Long> insert(int count) {
    return IntStream.range(0, count).mapToObj(i -> river.insert(NewJobs.available())).toList();
  }

  private static List<Long> without(List<Long> ids, int place) {
    return ids.stream().filter(id -> !id.equals(ids.get(place))).toList();
  }

  private void refuse(String operation, long id, String sqlState) {
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF OLD.id = %s THEN RAISE EXCEPTION 'no' USING ERRCODE = '%s'; END IF;
              RETURN NEW;
            END $$
            """
                .formatted(id, sqlState));
    river
        .dsl()
        .execute(
            "CREATE TRIGGER refusal BEFORE %s ON river_job FOR EACH ROW EXECUTE FUNCTION refuse()"
                .formatted(operation));
  }
}
