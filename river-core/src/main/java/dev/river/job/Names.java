package dev.river.job;

import java.util.regex.Pattern;

/** The rules for the names of kinds, queues and tags, which all River clients share. */
public final class Names {
  private static final int MAX_KIND_LENGTH = 127;
  private static final int MAX_QUEUE_LENGTH = 64;
  private static final int MAX_TAG_LENGTH = 255;

  private static final Pattern KIND = Pattern.compile("\\w[\\w\\-\\[\\]<>/.·:+]+");
  private static final Pattern QUEUE = Pattern.compile("[a-z0-9]+(?:[_-][a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("\\w[\\w-]+\\w");

  private static final String KIND_RULE =
      "must have 2 to 127 characters, start with a letter, digit or underscore and go on with"
          + " those or any of - [ ] < > / . · : +";

  private Names() {}

  /**
   * {@return the kind, if it is valid} It has 2 to 127 characters, starts with a letter, digit or
   * underscore and goes on with those or any of {@code - [ ] < > / . · : +}. Letters and digits are
   * those of ASCII.
   *
   * @param kind the name of a kind of jobs
   * @throws IllegalArgumentException if it breaks the rule
   */
  public static String checkKind(String kind) {
    return check("kind", kind, KIND, MAX_KIND_LENGTH, KIND_RULE);
  }

  /**
   * {@return the id of a periodic job, if it is valid} It is made as a kind is.
   *
   * @param id the id of a periodic job
   * @throws IllegalArgumentException if it breaks the rule
   */
  public static String checkPeriodicJobId(String id) {
    return check("id of a periodic job", id, KIND, MAX_KIND_LENGTH, KIND_RULE);
  }

  /**
   * {@return the queue's name, if it is valid} It has 1 to 64 characters: lower-case letters and
   * digits, in groups that a single underscore or hyphen separates.
   *
   * @param queue the name of a queue
   * @throws IllegalArgumentException if it breaks the rule
   */
  public static String checkQueue(String queue) {
    return check(
        "queue",
        queue,
        QUEUE,
        MAX_QUEUE_LENGTH,
        "must have 1 to 64 characters: lower-case letters and digits, in groups separated by a"
            + " single underscore or hyphen");
  }

  /**
   * {@return the tag, if it is valid} It has 3 to 255 characters: letters, digits, underscores, and
   * between the first and the last one hyphens too.
   *
   * @param tag a tag of a job
   * @throws IllegalArgumentException if it breaks the rule
   */
  public static String checkTag(String tag) {
    return check(
        "tag",
        tag,
        TAG,
        MAX_TAG_LENGTH,
        "must have 3 to 255 characters: letters, digits, underscores, and between the first and the"
            + " last one hyphens");
  }

  private static String check(String what, String name, Pattern valid, int maxLength, String rule) {
    if (name.length() > maxLength || !valid.matcher(name).matches()) {
      throw new IllegalArgumentException("%s %s, got: \"%s\"".formatted(what, rule, name));
    }
    return name;
  }
}
