package dev.river.test.args;

import java.util.Optional;

/**
 * What is wrong with a sample or a stored version.
 *
 * @param place the kind, and the version and its file if there is one
 * @param text what is wrong
 * @param finding what was found when a version was read, if that is what it is about
 */
record Problem(String place, String text, Optional<Finding> finding) {

  Problem(String place, String text) {
    this(place, text, Optional.empty());
  }

  static Problem ofKind(String kind, String text) {
    return new Problem("kind \"%s\"".formatted(kind), text);
  }

  static Problem ofVersion(StoredVersion version, String text) {
    return new Problem(version.toString(), text);
  }

  static Problem ofReading(String place, Finding finding) {
    return new Problem(
        "%s, %s".formatted(place, finding.path()), finding.text(), Optional.of(finding));
  }

  boolean isOfReading() {
    return finding.isPresent();
  }

  Optional<Throwable> cause() {
    return finding.flatMap(
        found ->
            found instanceof Finding.Unreadable unreadable
                ? Optional.of(unreadable.cause())
                : Optional.empty());
  }

  @Override
  public String toString() {
    return place + ": " + text;
  }
}
