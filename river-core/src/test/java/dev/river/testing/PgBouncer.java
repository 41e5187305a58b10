package dev.river.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A PgBouncer in transaction mode before a database, as a process of its own. */
public final class PgBouncer implements AutoCloseable {
  private final String url;
  private final String mode;
  private final int port = freePort();
  private final Path directory;
  private final Process process;

  private PgBouncer(Path binary, String url, String mode) throws IOException {
    this.url = url;
    this.mode = mode;
    this.directory =
        Files.createTempDirectory(
            "river-pgbouncer",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), configuration());
    List<String> command = new ArrayList<>(withoutPrivileges());
    command.addAll(List.of(binary.toString(), configuration.toString()));
    this.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
  }

  /** {@return the program; empty where it is not installed} */
  public static Optional<Path> installed() {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin";
    return Stream.of(path.split(":", -1))
        .map(directory -> Path.of(directory, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one in transaction mode, and returns when it takes connections. */
  public static PgBouncer start(Path binary, String url) {
    return start(binary, url, "transaction");
  }

  /** Starts one, and returns when it takes connections. */
  public static PgBouncer start(Path binary, String url, String mode) {
    try {
      PgBouncer started = new PgBouncer(binary, url, mode);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(started::takesConnections);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pool of connections to it, to be closed. */
  public HikariDataSource pool(int size) {
    return pool(size, 0); // for versions before 1.21
  }

  /** A pool whose driver prepares statements on the server when they have run so often. */
  public HikariDataSource pool(int size, int prepareThreshold) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url.replaceFirst("//[^/]+/", "//127.0.0.1:%s/".formatted(port)));
    config.addDataSourceProperty("prepareThreshold", Integer.toString(prepareThreshold));
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("pgbouncer did not stop");
      }
      for (String file : List.of("pgbouncer.ini", "log")) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private String configuration() {
    URI target = URI.create(url.substring("jdbc:".length()));
    // Whoever connects gets in, and is the user of the URL to the server.
    String login =
        Stream.of(String.valueOf(target.getQuery()).split("&", -1))
            .filter(setting -> setting.startsWith("user=") || setting.startsWith("password="))
            .collect(Collectors.joining(" "));
    return """
        [databases]
        %s = host=%s port=%s %s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %s
        unix_socket_dir =
        auth_type = any
        pool_mode = %s
        default_pool_size = 5
        ignore_startup_parameters = extra_float_digits
        """
        .formatted(
            target.getPath().substring(1), target.getHost(), target.getPort(), login, port, mode);
  }

  /** It refuses to be run by root. */
  private static List<String> withoutPrivileges() {
    return System.getProperty("user.name").equals("root")
        ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        : List.of();
  }

  private boolean takesConnections() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      if (!process.isAlive()) {
        throw new IllegalStateException("pgbouncer ended, see " + directory.resolve("log"), e);
      }
      return false;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
