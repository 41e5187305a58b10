package dev.river.internal.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.river.job.JobArgs;
import dev.river.work.ArgsCheck;
import java.util.Optional;

/**
 * Refuses classes of arguments that could be stored, but whose jobs could never be read. Looks at a
 * class once. Thread-safe.
 */
public final class ReadableArgs implements ArgsCheck {
  private static final ClassValue<Optional<String>> PROBLEMS =
      new ClassValue<>() {
        private final ObjectMapper mapper = RiverMapper.create();

        @Override
        protected Optional<String> computeValue(Class<?> argsClass) {
          return new ComponentSearch(mapper).problemOf(argsClass);
        }
      };

  /** Creates it. */
  public ReadableArgs() {}

  @Override
  public void check(Class<? extends JobArgs> argsClass) {
    Optional<String> problem = PROBLEMS.get(argsClass);
    if (problem.isPresent()) {
      throw new IllegalArgumentException(
          "jobs of %s could be stored but not be read again: %s"
              .formatted(argsClass.getName(), problem.get()));
    }
  }
}
