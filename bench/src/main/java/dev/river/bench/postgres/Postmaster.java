package dev.river.bench.postgres;

import java.time.Duration;
import java.util.Optional;

/** The process of a server that runs on this machine, and whose processes are shown by Linux. */
record Postmaster(long pid) {

  /** {@return the process of a server; empty if it can't be seen} */
  static Optional<Postmaster> find(Sql sql) {
    try {
      long pid = sql.number("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint");
      return ProcessTimes.isProgram(pid, "postgres")
          ? Optional.of(new Postmaster(pid))
          : Optional.empty();
    } catch (IllegalStateException e) { // a user who may not read the server's files
      return Optional.empty();
    }
  }

  /** {@return how long the server's processes have computed, those included that have ended} */
  Duration cpuTime() {
    Duration children =
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::children)
            .map(child -> ProcessTimes.ofProcess(child.pid()))
            .reduce(Duration.ZERO, Duration::plus);
    return children.plus(ProcessTimes.ofProcessAndEndedChildren(pid));
  }
}
