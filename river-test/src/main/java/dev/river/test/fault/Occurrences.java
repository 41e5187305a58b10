package dev.river.test.fault;

/**
 * Which of the statements or commits that a fault is for it happens at.
 *
 * @param first the first one, counted from 1
 * @param times how many from that one on
 */
record Occurrences(int first, int times) {
  static final Occurrences ONCE = new Occurrences(1, 1);

  Occurrences {
    check("nth", first);
    check("times", times);
  }

  private static void check(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got: %s".formatted(what, number));
    }
  }

  Occurrences from(int nth) {
    return new Occurrences(nth, times);
  }

  Occurrences repeated(int number) {
    return new Occurrences(first, number);
  }

  boolean include(int number) {
    return number >= first && number - first < times;
  }

  boolean endBefore(int number) {
    return number >= first && !include(number);
  }

  @Override
  public String toString() {
    String at = first == 1 ? "" : ", from number %s".formatted(first);
    if (times == Integer.MAX_VALUE) {
      return at + ", always";
    }
    return times == 1 ? at : at + ", %s times".formatted(times);
  }
}
