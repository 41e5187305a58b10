package dev.river.bench.measure;

import java.time.Duration;

/** How much is measured: how long it takes, and how much the figures can be trusted. */
public enum Scale {
  /** Enough to see that everything works. */
  SMOKE,
  /** Everything in five minutes. */
  QUICK,
  /** For figures that are to be published. */
  FULL;

  /** {@return one of three numbers} */
  public int of(int smoke, int quick, int full) {
    return switch (this) {
      case SMOKE -> smoke;
      case QUICK -> quick;
      case FULL -> full;
    };
  }

  /** {@return one of three numbers of milliseconds} */
  public Duration millis(int smoke, int quick, int full) {
    return Duration.ofMillis(of(smoke, quick, full));
  }
}
