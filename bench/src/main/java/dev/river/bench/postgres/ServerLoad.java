package dev.river.bench.postgres;

import java.time.Duration;
import java.util.Optional;

/**
 * What a server does in a second, while clients are connected: each of its processes tells what it
 * has done once a second, so that figures of a short time are not exact.
 *
 * @param commits the transactions that are committed
 * @param rowsRead the rows of tables that are read
 * @param cpuMillis how long its processes compute; empty if it does not run on this machine
 */
public record ServerLoad(double commits, double rowsRead, Optional<Double> cpuMillis) {

  /** What was counted since the server's start. */
  public record Counters(ServerWork work, long rowsRead) {

    /** {@return what was counted until now} */
    public static Counters read(Sql sql) {
      return new Counters(
          ServerWork.read(sql),
          sql.number(
              "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint"
                  + " FROM pg_stat_user_tables"));
    }

    /**
     * {@return what was done in a second}
     *
     * @param before what was counted before
     * @param time how long ago
     */
    public ServerLoad since(Counters before, Duration time) {
      double seconds = time.toNanos() / 1e9;
      ServerWork done = work.since(before.work);
      return new ServerLoad(
          done.commits() / seconds,
          (rowsRead - before.rowsRead) / seconds,
          done.cpu().map(cpu -> cpu.toNanos() / 1e6 / seconds));
    }
  }
}
