package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import dev.river.test.postgres.ServerKind;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * Does what {@link RiverTest} does, with a setup that may use values of the test class.
 *
 * <pre>{@code
 * class OrdersTest {
 *   static final Workers WORKERS = new Workers().add(new OrderWorker());
 *
 *   @RegisterExtension
 *   static final RiverExtension RIVER =
 *       RiverExtension.builder().client(client -> client.workers(WORKERS)).build();
 *
 *   @Test
 *   void worksAnOrder(RiverClient client) { ... }
 * }
 * }</pre>
 *
 * <p>Thread-safe as far as what it is built of is. Where it is registered by a static field, its
 * database is prepared once for all tests of the class; by an instance field, for each instance.
 */
public final class RiverExtension extends RiverParameters {
  private final RiverSettings settings;

  private RiverExtension(RiverSettings settings) {
    this.settings = settings;
  }

  /** {@return a builder of extensions} */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  RiverSettings settings(ExtensionContext context) {
    return settings;
  }

  /** Collects the settings of an extension. Not safe for use by several threads. */
  public static final class Builder {
    private ServerKind server = ServerKind.CONFIGURED;
    private Isolation isolation = Isolation.DATABASE;
    private @Nullable ThrowingConsumer<DataSource> prepare;
    private BiConsumer<RiverClientBuilder, DataSource> client = (builder, database) -> {};

    private Builder() {}

    /**
     * Sets what tests are to find in their database beside River's tables. Default: nothing.
     *
     * @param prepare is called once, before the first test; if it fails, so do all tests. It gets
     *     the database that those of the tests are copies of.
     * @return this builder
     * @see RiverTestSetup#prepare
     */
    public Builder prepare(ThrowingConsumer<DataSource> prepare) {
      this.prepare = Objects.requireNonNull(prepare, "prepare");
      return this;
    }

    /**
     * Sets what the client of each test is to have. Default: nothing, so that it only inserts.
     *
     * @param client is called once for each test that uses its client
     * @return this builder
     */
    public Builder client(Consumer<RiverClientBuilder> client) {
      Objects.requireNonNull(client, "client");
      return client((builder, database) -> client.accept(builder));
    }

    /**
     * Sets what the client of each test is to have, where its workers use the database. Default:
     * nothing, so that it only inserts.
     *
     * @param client is called once for each test that uses its client, with the test's database
     * @return this builder
     * @see RiverTestSetup#configure
     */
    public Builder client(BiConsumer<RiverClientBuilder, DataSource> client) {
      this.client = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Sets how tests are kept apart. Default: {@link Isolation#DATABASE}.
     *
     * @param isolation how
     * @return this builder
     */
    public Builder isolation(Isolation isolation) {
      this.isolation = Objects.requireNonNull(isolation, "isolation");
      return this;
    }

    /**
     * Sets the server that the databases are on. Default: {@link ServerKind#CONFIGURED}.
     *
     * @param server the server
     * @return this builder
     */
    public Builder server(ServerKind server) {
      this.server = Objects.requireNonNull(server, "server");
      return this;
    }

    /** {@return the extension} Nothing is started or connected to yet. */
    public RiverExtension build() {
      Optional<Preparation> preparation =
          Optional.ofNullable(prepare).map(body -> new Preparation("this RiverExtension", body));
      return new RiverExtension(
          new RiverSettings(new PreparedDatabases(server, preparation), isolation, client));
    }
  }
}
