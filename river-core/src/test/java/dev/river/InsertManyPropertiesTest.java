package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.UniqueOpts;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/** Batches of new jobs and duplicates, in any mixture. */
class InsertManyPropertiesTest {
  private final RiverDatabase river = new RiverDatabase();
  private @Nullable RiverClient client;

  record Given(String name, String queue, Uniqueness unique) {
    enum Uniqueness {
      NONE,
      BY_ARGS,
      BY_ARGS_AND_QUEUE,
      BY_QUEUE
    }

    /** What it is a duplicate by, for each way to be unique told apart from the others. */
    String key() {
      return switch (unique) {
        case NONE -> "";
        case BY_ARGS -> "args " + name;
        case BY_ARGS_AND_QUEUE -> "args " + name + " queue " + queue;
        case BY_QUEUE -> "queue " + queue;
      };
    }

    Insert<TestArgs> insert() {
      UniqueOpts opts =
          switch (unique) {
            case NONE -> UniqueOpts.none();
            case BY_ARGS -> UniqueOpts.builder().byArgs().build();
            case BY_ARGS_AND_QUEUE -> UniqueOpts.builder().byArgs().byQueue().build();
            case BY_QUEUE -> UniqueOpts.builder().byQueue().build();
          };
      return Insert.of(new TestArgs(name), InsertOpts.builder().queue(queue).unique(opts).build());
    }
  }

  @BeforeProperty
  void openDatabase() {
    river.open();
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  @AfterProperty
  void closeDatabase() {
    river.close();
  }

  @Property(tries = 150)
  void theFirstOfAKeyIsInsertedAndEveryOtherIsItsDuplicate(
      @ForAll("batches") List<List<Given>> batches) {
    river.dsl().execute("DELETE FROM river_job");
    Map<String, Long> holders = new HashMap<>();
    long last = 0;
    int stored = 0;
    for (List<Given> batch : batches) {
      List<Inserted<TestArgs>> inserted = insert(batch);

      assertThat(inserted).hasSameSizeAs(batch);
      for (int i = 0; i < batch.size(); i++) {
        Given given = batch.get(i);
        Inserted<TestArgs> one = inserted.get(i);
        @Nullable Long holder = holders.get(given.key());
        assertThat(one.duplicate()).as("%s", given).isEqualTo(holder != null);
        if (holder != null) {
          assertThat(one.id()).as("%s", given).isEqualTo(holder);
          continue;
        }
        assertThat(one.id()).isGreaterThan(last);
        assertThat(one.job().args().name()).isEqualTo(given.name());
        last = one.id();
        stored++;
        if (given.unique() != Given.Uniqueness.NONE) {
          holders.put(given.key(), one.id());
        }
      }
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(stored);
  }

  @Provide
  Arbitrary<List<List<Given>>> batches() {
    Arbitrary<Given> jobs =
        Combinators.combine(
                Arbitraries.of("a", "b", "c", "\u00e9 \\ \" , {}"),
                Arbitraries.frequency(Tuple.of(3, "default"), Tuple.of(1, "other")),
                Arbitraries.of(Given.Uniqueness.class))
            .as(Given::new);
    return jobs.list().ofMinSize(1).ofMaxSize(20).list().ofMaxSize(4);
  }

  private List<Inserted<TestArgs>> insert(List<Given> batch) {
    if (client == null) {
      throw new IllegalStateException("no property runs");
    }
    return client.insertMany(batch.stream().map(Given::insert).toList());
  }
}
