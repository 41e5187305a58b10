package dev.river.bench.client;

/**
 * The arguments of every job: about 256 bytes of JSON.
 *
 * @param number the job's number
 * @param text what makes up the size
 */
public record Payload(long number, String text) {
  private static final int LENGTH = 224;
  private static final String WORDS =
      "The quick brown fox jumps over the lazy dog while 42 lions watch from the hill; ";
  private static final String TEXT = WORDS.repeat(LENGTH).substring(0, LENGTH);

  /** {@return the arguments of a job} */
  public static Payload of(long number) {
    return new Payload(number, TEXT);
  }
}
