package dev.river.bench.postgres;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of the embedded server. They are PostgreSQL's defaults, durability included, but for
 * its memory, which by default is meant for a machine of the last century, and its connections.
 */
final class ServerSettings {
  /**
   * What is given to the server. The first three are its defaults, which the binaries' starter
   * changes.
   */
  static final Map<String, String> GIVEN =
      new TreeMap<>(
          Map.of(
              "fsync", "on",
              "full_page_writes", "on",
              "synchronous_commit", "on",
              "shared_buffers", "1GB",
              "max_connections", "500"));

  /** What is printed and kept with the results, of whatever server. */
  static final List<String> SHOWN =
      List.of(
          "server_version",
          "fsync",
          "full_page_writes",
          "synchronous_commit",
          "wal_level",
          "wal_sync_method",
          "shared_buffers",
          "max_connections",
          "max_wal_size",
          "checkpoint_timeout",
          "effective_cache_size",
          "work_mem",
          "autovacuum",
          "jit",
          "io_method");

  private ServerSettings() {}
}
