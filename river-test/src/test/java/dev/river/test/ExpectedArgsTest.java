package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.river.job.JobArgs;
import dev.river.test.AssertionsFixture.MailArgs;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExpectedArgsTest {
  @RegisterExtension static final AssertionsFixture DB = new AssertionsFixture();

  @SuppressWarnings("ArrayRecordComponent") // that arrays are compared by their elements is tested
  private record ManyArgs(
      byte[] bytes,
      Set<String> names,
      Map<String, Integer> sizes,
      BigDecimal total,
      @Nullable Instant at)
      implements JobArgs {
    @Override
    public String kind() {
      return "many";
    }
  }

  private record AmountArgs(BigDecimal amount) implements JobArgs {
    @Override
    public String kind() {
      return "amount";
    }
  }

  private record WriteOnlyArgs(@JsonIgnore int count) implements JobArgs {
    WriteOnlyArgs {
      if (count < 1) {
        throw new IllegalArgumentException("count must be positive, got: " + count);
      }
    }

    @Override
    public String kind() {
      return "write-only";
    }
  }

  @Test
  void acceptsArgsOfWhichTheSameIsStored() {
    Instant at = Instant.parse("2030-01-02T03:04:05Z");
    DB.insert(many(Set.of("a", "b", "c", "d"), at));

    assertThatCode(() -> require(many(Set.of("d", "c", "b", "a"), at))).doesNotThrowAnyException();
  }

  @Test
  void namesEachComponentThatDiffers() {
    long id = DB.insert(many(Set.of("a"), null)).id();
    ManyArgs expected =
        new ManyArgs(new byte[] {1, 3}, Set.of("b"), Map.of("x", 1), new BigDecimal("1.5"), null);

    assertThatThrownBy(() -> require(expected))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith(
            """
            }
                - args.bytes: expected "AQM=", got "AQI="
                - args.names: expected ["b"], got ["a"]
                - args.sizes: expected {"x":1}, got {"x":1,"yy":2}""")
        .hasMessageContaining("\n  job %s of kind \"many\"", id);
  }

  @Test
  void tellsNumbersApartThatAreAlmostEqual() {
    DB.insert(new AmountArgs(new BigDecimal("0.12345678901234567890")));

    assertThatThrownBy(() -> require(new AmountArgs(new BigDecimal("0.12345678901234567891"))))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith(
            "\n    - args.amount: expected 0.12345678901234567891, got 0.12345678901234567890");
  }

  @Test
  void showsTheBeginningOfLongArgs() {
    assertThat(ExpectedJob.of(new MailArgs("e".repeat(300))))
        .hasToString(
            "kind \"mail\" (MailArgs) with args {\"to\":\"%s...".formatted("e".repeat(193)));
  }

  @Test
  void refusesArgsThatNobodyCouldReadAgain() {
    assertThatThrownBy(() -> ExpectedJob.of(new WriteOnlyArgs(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "expected args can't be read as %s: ", WriteOnlyArgs.class.getName())
        .hasMessageContaining("count must be positive, got: 0");
  }

  private static ManyArgs many(Set<String> names, @Nullable Instant at) {
    return new ManyArgs(
        new byte[] {1, 2}, names, Map.of("x", 1, "yy", 2), new BigDecimal("1.5"), at);
  }

  private static <T extends JobArgs> void require(T args) {
    assertThat(List.of(RiverAssertions.requireInserted(DB.tx(), ExpectedJob.of(args)))).hasSize(1);
  }
}
