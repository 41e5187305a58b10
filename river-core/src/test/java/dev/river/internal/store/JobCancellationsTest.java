package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.testing.DamagedDisk;
import dev.river.testing.RiverDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobCancellationsTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void oneWhoseMetadataIsDamagedDoesNotHideTheCancellationsOfOthers() {
    List<Long> ids =
        river
            .dsl()
            .fetch(
                "INSERT INTO river_job (kind, args, metadata, state, attempt, attempted_at)"
                    + " SELECT 'test', '{}', '{\"cancel_attempted_at\": \"now\"}', 'running', 1, now()"
                    + " FROM generate_series(1, 5) RETURNING id")
            .getValues(0, Long.class);
    DamagedDisk.loseMetadata(river.dsl(), ids.get(2));
    var operations =
        new JobOperations(
            new JsonCodec(),
            new Notifications(new MessageCodec(), Optional.empty()),
            Optional.empty());

    Map<Long, String> marks = operations.cancelMarks(river.dsl(), ids);

    assertThat(marks)
        .containsOnlyKeys(ids.get(0), ids.get(1), ids.get(3), ids.get(4))
        .containsValue("now");
  }
}
