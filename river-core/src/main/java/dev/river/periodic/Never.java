package dev.river.periodic;

import java.time.Instant;
import java.util.Optional;

/** Not due by itself. */
enum Never implements Schedule {
  INSTANCE;

  @Override
  public Optional<Instant> next(Instant after) {
    return Optional.empty();
  }

  @Override
  public String text() {
    return "never";
  }
}
