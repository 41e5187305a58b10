package dev.river.examples.shop;

import dev.river.test.ArgsCompatibility;
import org.junit.jupiter.api.Test;

class StoredArgsTest {
  @Test
  void jobsOfOlderVersionsCanBeWorked() {
    ArgsCompatibility.verify(
        new ReceiptArgs(7, "ada@example.org"), new SurveyArgs(7, "ada@example.org"));
  }
}
