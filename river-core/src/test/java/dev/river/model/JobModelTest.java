package dev.river.model;

import dev.river.RiverClient;
import dev.river.testing.RiverDatabase;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/** Whatever happens to jobs, in whatever order, the database says what the model says. */
class JobModelTest {
  private final RiverDatabase river = new RiverDatabase();
  private @Nullable RiverClient client;

  @BeforeProperty
  void openDatabase() {
    river.open();
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  @AfterProperty
  void closeDatabase() {
    river.close();
  }

  @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
  void jobsBecomeWhatTheRulesSay(@ForAll("operations") List<Operation> operations) {
    JobWorld world = newWorld();
    operations.forEach(operation -> operation.runIn(world));
  }

  @Provide
  Arbitrary<List<Operation>> operations() {
    return Operations.all().list().ofMaxSize(40).withSizeDistribution(RandomDistribution.uniform());
  }

  private JobWorld newWorld() {
    if (client == null) {
      throw new IllegalStateException("no property runs");
    }
    return new JobWorld(river, client);
  }
}
