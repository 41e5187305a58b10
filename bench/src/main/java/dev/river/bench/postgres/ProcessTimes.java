package dev.river.bench.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;

/** How long processes of this machine have computed, as Linux says in proc(5). */
public final class ProcessTimes {
  /** The unit of these times on every Linux that people run: sysconf(_SC_CLK_TCK). */
  private static final Duration TICK = Duration.ofMillis(10);

  /** The fields after the program's name, which is in parentheses and may contain spaces. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;
  private static final int CHILDREN_SYSTEM = 14;

  private ProcessTimes() {}

  /** {@return how long a process has computed; zero if there is none or the system doesn't say} */
  public static Duration ofProcess(long pid) {
    return sum(pid, SYSTEM);
  }

  /** {@return the same, together with its children that have ended} */
  static Duration ofProcessAndEndedChildren(long pid) {
    return sum(pid, CHILDREN_SYSTEM);
  }

  /** {@return whether a process runs a program} */
  static boolean isProgram(long pid, String program) {
    return stat(pid).contains("(" + program + ")");
  }

  private static Duration sum(long pid, int lastField) {
    String stat = stat(pid);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    if (fields.length <= lastField) {
      return Duration.ZERO;
    }
    LongStream ticks = Arrays.stream(fields, USER, lastField + 1).mapToLong(Long::parseLong);
    return TICK.multipliedBy(ticks.sum());
  }

  private static String stat(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    } catch (IOException e) { // it has ended, or this is no Linux
      return "";
    }
  }
}
