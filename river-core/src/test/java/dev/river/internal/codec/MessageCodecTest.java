package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
  private final MessageCodec codec = new MessageCodec();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {"'{\"queue\": \"mail\"}', mail", "'{\"a\":1,\"queue\":\"\"}', ''"})
  void findsTheQueueThatANotificationNames(String payload, String queue) {
    assertThat(codec.queueOf(payload)).contains(queue);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "null", "mail", "\"mail\"", "[\"mail\"]", "{\"queue\": 7}", "{"})
  void findsNoQueueInAPayloadThatNamesNone(String payload) {
    assertThat(codec.queueOf(payload)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void readsBackWhatClientsTellEachOther(Control control, String json) {
    assertThat(codec.encodeControl(control)).isEqualTo(json);
    assertThat(codec.decodeControl(json)).contains(control);
  }

  static Stream<Arguments> readsBackWhatClientsTellEachOther() {
    return Stream.of(
        arguments(
            new Control.Cancel(7, "mail"),
            "{\"action\":\"cancel\",\"job_id\":7,\"queue\":\"mail\"}"),
        arguments(new Control.Pause("*"), "{\"action\":\"pause\",\"queue\":\"*\"}"),
        arguments(new Control.Resume("mail"), "{\"action\":\"resume\",\"queue\":\"mail\"}"),
        arguments(
            new Control.MetadataChanged("mail", "{\"a\":1}"),
            "{\"action\":\"metadata_changed\",\"metadata\":{\"a\":1},\"queue\":\"mail\"}"));
  }

  @Test
  void writesMetadataAsGoDoes() {
    String json =
        codec.encodeControl(
            new Control.MetadataChanged("mail", " {\"a b\": [1.0, 2e5,\n \"<\\\"&\\\\\"]} "));

    assertThat(json)
        .isEqualTo(
            "{\"action\":\"metadata_changed\",\"metadata\":{\"a b\":[1.0,2e5,\"\\u003c\\\"\\u0026\\\\\"]},"
                + "\"queue\":\"mail\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "[]",
        "{}",
        "{\"action\": 1}",
        "{\"action\": \"new\", \"queue\": \"a\"}"
      })
  void ignoresActionsThatItDoesNotKnow(String payload) {
    assertThat(codec.decodeControl(payload)).isEmpty();
  }
}
