package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobArgsTest {
  private record StrictArgs(String text) implements JobArgs {
    StrictArgs {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String kind() {
      return "strict";
    }
  }

  /** No record: its constructor has an effect, and a field has a value. */
  private static final class CountedArgs implements JobArgs {
    private static int count;
    private final String kind = "counted".strip();

    CountedArgs() {
      count++;
    }

    @Override
    public String kind() {
      return kind + count;
    }
  }

  @Test
  void tellsTheKindOfAClassThoughItsConstructorRefusesNull() {
    assertThat(JobArgs.kindOf(StrictArgs.class)).isEqualTo("strict");
    assertThat(new StrictArgs("text").kind()).isEqualTo("strict");
  }

  @Test
  void tellsTheKindWithoutAConstructor() {
    assertThat(new CountedArgs().kind()).isEqualTo("counted1");

    assertThat(JobArgs.kindOf(CountedArgs.class)).isEqualTo("null1");
  }

  @Test
  void refusesAClassThatNoJobCanBeMadeOf() {
    assertThatThrownBy(() -> JobArgs.kindOf(JobArgs.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the class of arguments must be concrete, got: dev.river.job.JobArgs; name the record"
                + " that implements it");
  }
}
