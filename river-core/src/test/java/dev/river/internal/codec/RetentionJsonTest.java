package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.work.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionJsonTest {
  @Test
  void readsWhatItWrites() {
    Retention retention =
        Retention.builder().completed(Duration.ofMillis(1_500)).keepDiscardedForEver().build();

    String json = RetentionJson.encode(retention);

    assertThat(json)
        .isEqualTo(
            "{\"writer\":\"java\",\"completed\":\"PT1.5S\",\"cancelled\":\"PT24H\","
                + "\"discarded\":\"forever\"}");
    assertThat(RetentionJson.decode(json)).contains(retention);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "null",
        "[]",
        "{}",
        "{\"completed\": \"PT1S\", \"cancelled\": \"PT1S\"}",
        "{\"completed\": \"PT-1S\", \"cancelled\": \"PT1S\", \"discarded\": \"PT1S\"}",
        "{\"completed\": \"soon\", \"cancelled\": \"PT1S\", \"discarded\": \"PT1S\"}",
        "{\"completed\": \"PT999999999999999H\", \"cancelled\": \"PT1S\", \"discarded\": \"PT1S\"}"
      })
  void takesWhatIsNoneForNone(String json) {
    assertThat(RetentionJson.decode(json)).isEmpty();
  }
}
