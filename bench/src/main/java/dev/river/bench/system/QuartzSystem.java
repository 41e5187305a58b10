package dev.river.bench.system;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.JvmClient;
import dev.river.bench.postgres.BenchDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.quartz.impl.jdbcjobstore.JobStoreTX;

/** Quartz with its JDBC store, clustered: each job has a trigger that fires once, at once. */
public final class QuartzSystem implements JobSystem {
  private static final String SCHEMA = "tables_postgres.sql";

  private final Settings settings = Settings.of("quartz");

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Optional<String> lack(Ability ability) {
    return switch (ability) {
      case COPIES -> Optional.of("does not use COPY");
      case WAKE_UPS -> Optional.of("tells nobody outside its own process of new jobs");
      case PICKS_UP, PARALLEL_JOBS, QUIET_INSERTS -> Optional.empty();
    };
  }

  @Override
  public List<History> histories() {
    return List.of(History.DELETED);
  }

  @Override
  public void createSchema(BenchDatabase database) {
    try (InputStream script =
        Objects.requireNonNull(JobStoreTX.class.getResourceAsStream(SCHEMA), SCHEMA)) {
      database.sql().execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(SCHEMA, e);
    }
  }

  @Override
  public String unfinished() {
    return "SELECT EXISTS (SELECT FROM qrtz_triggers) OR EXISTS (SELECT FROM qrtz_fired_triggers)";
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    int connections = settings.number("connections") + options.inserters();
    return new JvmClient(() -> new QuartzLibrary(BenchDatabase.pool(url, connections), settings));
  }
}
