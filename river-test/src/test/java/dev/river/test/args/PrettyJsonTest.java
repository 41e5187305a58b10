package dev.river.test.args;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrettyJsonTest {
  @Test
  void breaksLinesOutsideOfTextsOnly() {
    assertThat(PrettyJson.of("{\"a:{\":[1,{\"b\":\"x,\\\"}\\\\\"}],\"c\":[[]],\"d\":1e+21}"))
        .isEqualTo(
            """
            {
              "a:{": [
                1,
                {
                  "b": "x,\\"}\\\\"
                }
              ],
              "c": [
                []
              ],
              "d": 1e+21
            }""");
    assertThat(PrettyJson.of("{}")).isEqualTo("{}");
  }
}
