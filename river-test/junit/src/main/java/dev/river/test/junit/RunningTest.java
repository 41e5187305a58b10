package dev.river.test.junit;

import dev.river.RiverClient;
import dev.river.RiverClientBuilder;
import dev.river.test.TestClock;
import dev.river.test.postgres.TestDatabase;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/**
 * What one test has, made when it is first asked for. Parameters are resolved one after the other,
 * so it is not guarded.
 */
@SuppressWarnings("deprecation") // what JUnit closes before 5.13
final class RunningTest implements CloseableResource, AutoCloseable {
  private static final Map<Class<?>, Function<RunningTest, Object>> GIFTS =
      Map.of(
          DataSource.class, RunningTest::dataSource,
          DSLContext.class, RunningTest::dsl,
          RiverClient.class, RunningTest::client,
          TestClock.class, test -> test.clock,
          TestDatabase.class, test -> test.ground().database());

  private final RiverSettings settings;
  private final TestClock clock = TestClock.running();
  private @Nullable Ground ground;
  private @Nullable DSLContext dsl;
  private @Nullable RiverClient client;

  RunningTest(RiverSettings settings) {
    this.settings = settings;
  }

  static boolean canGive(Class<?> type) {
    return GIFTS.containsKey(type);
  }

  Object give(Class<?> type) {
    Function<RunningTest, Object> gift = GIFTS.get(type);
    if (gift == null) {
      throw new IllegalArgumentException("nothing is known of " + type);
    }
    return gift.apply(this);
  }

  private Ground ground() {
    Ground result = ground;
    if (result == null) {
      result =
          switch (settings.isolation()) {
            case DATABASE -> new OwnDatabase(settings.databases().create());
            case TRANSACTION -> OwnTransaction.begin(settings.databases());
          };
      ground = result;
    }
    return result;
  }

  private DataSource dataSource() {
    return ground().dataSource();
  }

  private DSLContext dsl() {
    DSLContext result = dsl;
    if (result == null) {
      result = DSL.using(dataSource(), SQLDialect.POSTGRES);
      dsl = result;
    }
    return result;
  }

  private RiverClient client() {
    RiverClient result = client;
    if (result == null) {
      RiverClientBuilder builder = RiverClient.builder(dataSource()).clock(clock);
      settings.client().accept(builder, dataSource());
      ground().restrict(builder);
      result = builder.build();
      client = result;
    }
    return result;
  }

  /** Ends the client, then what it stands on. */
  @Override
  public void close() {
    Ground last = ground;
    if (last != null) {
      try (last) {
        if (client != null) {
          end(client);
        }
      }
    }
  }

  /**
   * On a thread that is interrupted, and so has no patience: jobs that the test has left running
   * are interrupted at once, and have five seconds to end.
   */
  private static void end(RiverClient client) {
    Runnable impatiently =
        () -> {
          Thread.currentThread().interrupt();
          client.stop();
        };
    try (client) {
      CompletableFuture.runAsync(
              impatiently, work -> Thread.ofPlatform().name("river-test-end").start(work))
          .join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the client of the test did not stop", e.getCause());
    }
  }
}
