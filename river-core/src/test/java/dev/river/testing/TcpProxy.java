package dev.river.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a client and its database that breaks as it is told. */
public final class TcpProxy implements AutoCloseable {
  private final String url;
  private final URI target;
  private final ServerSocket server;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;
  private volatile Optional<String> forbidden = Optional.empty();

  /**
   * Begins to forward connections.
   *
   * @param url the JDBC URL of the database
   */
  public TcpProxy(String url) {
    this.url = url;
    this.target = URI.create(url.substring("jdbc:".length()));
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::acceptAll);
  }

  /** A pool whose connections go through here, to be closed. */
  public HikariDataSource pool(int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        url.replaceFirst("//[^/]+/", "//127.0.0.1:%s/".formatted(server.getLocalPort())));
    config.addDataSourceProperty("sslmode", "disable"); // so that statements can be read here
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(1_000);
    return new HikariDataSource(config);
  }

  /**
   * Forwards nothing more of a connection, and tells neither side. Others go on.
   *
   * @param clientPort the port that the server sees
   */
  public void silence(int clientPort) {
    links.stream()
            .filter(link -> link.toServer.getLocalPort() == clientPort)
            .findFirst()
            .orElseThrow()
            .silent =
        true;
  }

  /** Breaks every connection, and refuses new ones. */
  public void refuse() {
    refusing = true;
    links.forEach(Link::close);
  }

  /** Breaks each connection on which a client says something from now on. */
  public void forbid(String statement) {
    forbidden = Optional.of(statement);
  }

  /** Forwards new connections again, whatever is said on them. */
  public void recover() {
    refusing = false;
    forbidden = Optional.empty();
  }

  @Override
  public void close() {
    refuse();
    closeQuietly(server);
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        accept(server.accept());
      } catch (IOException e) {
        Thread.onSpinWait(); // it is closed, or one connection could not be made
      }
    }
  }

  private void accept(Socket client) throws IOException {
    if (refusing) {
      client.close();
      return;
    }
    Link link = new Link(client, new Socket(target.getHost(), target.getPort()));
    links.add(link);
    Thread.ofVirtual().start(() -> link.pump(link.toClient, link.toServer));
    Thread.ofVirtual().start(() -> link.pump(link.toServer, link.toClient));
    if (refusing) { // asked after the link can be found
      link.close();
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Link {
    private final Socket toClient;
    private final Socket toServer;
    private volatile boolean silent;

    Link(Socket toClient, Socket toServer) {
      this.toClient = toClient;
      this.toServer = toServer;
    }

    void pump(Socket from, Socket to) {
      byte[] buffer = new byte[16_384];
      try {
        int length = from.getInputStream().read(buffer);
        while (length >= 0 && !(from.equals(toClient) && isForbidden(buffer, length))) {
          if (!silent) {
            to.getOutputStream().write(buffer, 0, length);
          }
          length = from.getInputStream().read(buffer);
        }
      } catch (IOException e) {
        Thread.onSpinWait(); // broken is as good as closed
      }
      if (!silent) {
        close();
      }
    }

    private boolean isForbidden(byte[] buffer, int length) {
      return forbidden.isPresent()
          && new String(buffer, 0, length, ISO_8859_1).contains(forbidden.get());
    }

    void close() {
      links.remove(this);
      closeQuietly(toClient);
      closeQuietly(toServer);
    }
  }
}
