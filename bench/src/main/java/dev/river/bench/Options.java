package dev.river.bench;

import dev.river.bench.measure.Scale;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What is to be run.
 *
 * @param scale how much is measured
 * @param rounds how often
 * @param systems the names of the frameworks; none for all
 * @param measures the names of the measures; none for all
 * @param directory where the results are put, and the data of the server
 */
record Options(
    Scale scale, int rounds, List<String> systems, List<String> measures, Path directory) {
  static final String USAGE =
      """
      options:
        --quick              everything in five minutes, for a first look
        --systems a,b        only these frameworks
        --measures a,b       only these measures
        --rounds n           how often each is measured, by default 3 times
        --directory path     where results and the server's data are put, by default target
      """;

  private static final int DEFAULT_ROUNDS = 3;
  private static final Duration QUICK = Duration.ofMinutes(3);
  private static final Duration QUICK_LIMIT = Duration.ofSeconds(235);
  private static final Duration LONG = Duration.ofDays(7);

  /**
   * Reads the program's arguments.
   *
   * @throws IllegalArgumentException if one is unknown or lacks its value
   */
  static Options parse(String... arguments) {
    Builder builder = new Builder(new ArrayDeque<>(Arrays.asList(arguments)));
    return builder.build();
  }

  /** {@return after how long rounds are left out, but not the first} */
  Duration patience() {
    return scale == Scale.QUICK ? QUICK : LONG;
  }

  /** {@return after how long nothing new is begun} */
  Duration limit() {
    return scale == Scale.QUICK ? QUICK_LIMIT : LONG;
  }

  /** {@return the chosen ones of what there is, in the order of what there is} */
  static List<String> choose(List<String> chosen, Collection<String> all) {
    List<String> unknown = chosen.stream().filter(name -> !all.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("must be of %s, got: %s".formatted(all, unknown));
    }
    return all.stream().filter(name -> chosen.isEmpty() || chosen.contains(name)).toList();
  }

  /** Takes the arguments one after the other. */
  private static final class Builder {
    private final Deque<String> rest;
    private Scale scale = Scale.FULL;
    private int rounds = DEFAULT_ROUNDS;
    private List<String> systems = List.of();
    private List<String> measures = List.of();
    private Path directory = Path.of("target");

    Builder(Deque<String> rest) {
      this.rest = rest;
    }

    Options build() {
      while (!rest.isEmpty()) {
        take(rest.pop());
      }
      return new Options(scale, rounds, systems, measures, directory);
    }

    private void take(String option) {
      switch (option) {
        case "--quick" -> scale = Scale.QUICK;
        case "--smoke" -> scale = Scale.SMOKE;
        case "--systems" -> systems = names(value(option));
        case "--measures" -> measures = names(value(option));
        case "--rounds" -> rounds = positive(option, value(option));
        case "--directory" -> directory = Path.of(value(option));
        default -> throw new IllegalArgumentException("unknown option: " + option + "\n" + USAGE);
      }
    }

    private String value(String option) {
      return Optional.ofNullable(rest.poll())
          .orElseThrow(() -> new IllegalArgumentException(option + " needs a value\n" + USAGE));
    }

    private static List<String> names(String value) {
      return new ArrayList<>(
          Arrays.stream(value.split(",")).map(String::strip).filter(n -> !n.isEmpty()).toList());
    }

    private static int positive(String option, String value) {
      int number;
      try {
        number = Integer.parseInt(value);
      } catch (NumberFormatException e) {
        number = 0;
      }
      if (number < 1) {
        throw new IllegalArgumentException(
            "%s must be a number from 1 on, got: %s".formatted(option, value));
      }
      return number;
    }
  }
}
