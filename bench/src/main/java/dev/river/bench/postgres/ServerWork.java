package dev.river.bench.postgres;

import java.time.Duration;
import java.util.Optional;

/**
 * What a server has done since it was started.
 *
 * @param commits the transactions of the database that were committed
 * @param walBytes how much it has written to its write-ahead log
 * @param deadRows the versions of rows of the database that were updated or deleted
 * @param cpu how long its processes have computed; empty if it does not run on this machine
 */
public record ServerWork(long commits, long walBytes, long deadRows, Optional<Duration> cpu) {

  static ServerWork read(Sql sql) {
    return new ServerWork(
        sql.number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
        sql.number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"),
        sql.number(
            "SELECT coalesce(sum(n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables"),
        Postmaster.find(sql).map(Postmaster::cpuTime));
  }

  /** {@return what was done between an earlier moment and this one} */
  public ServerWork since(ServerWork before) {
    return new ServerWork(
        commits - before.commits,
        walBytes - before.walBytes,
        deadRows - before.deadRows,
        cpu.flatMap(now -> before.cpu.map(now::minus)));
  }
}
