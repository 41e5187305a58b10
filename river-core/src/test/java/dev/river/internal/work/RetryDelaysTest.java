package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.river.LogCapture;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobRowBuilder;
import dev.river.work.JobContext;
import dev.river.work.RetryPolicy;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetryDelaysTest {
  private static final Duration LONGEST = Duration.ofDays(290 * 365L);
  private static final Duration OF_POLICY = Duration.ofSeconds(77);

  /** Two failures so far, and this one: 81 seconds by River's policy. */
  private static final JobRow ROW = new JobRowBuilder().failures(2).build();

  private static final Job<SampleArgs> JOB = new Job<>(ROW, new SampleArgs());

  private final RetryDelays delays = new RetryDelays(row -> OF_POLICY, InstantSource.system());

  private record SampleArgs() implements JobArgs {
    @Override
    public String kind() {
      return "sample";
    }
  }

  private record SampleWorker(Supplier<Optional<Instant>> next) implements Worker<SampleArgs> {
    @Override
    public WorkResult work(Job<SampleArgs> job, JobContext context) {
      return WorkResult.completed();
    }

    @Override
    public Optional<Instant> nextRetry(Job<SampleArgs> job) {
      return next.get();
    }
  }

  @Test
  void followsTheWorker() {
    Instant next = Instant.now().plusSeconds(3_600);

    assertThat(ofWorker(() -> Optional.of(next)))
        .isBetween(Duration.ofSeconds(3_500), Duration.ofSeconds(3_600));
  }

  @ParameterizedTest
  @MethodSource
  void waitsNotAtAllForATimeThatHasPassed(Instant past) {
    assertThat(ofWorker(() -> Optional.of(past))).isEqualTo(Duration.ZERO);
  }

  static Stream<Instant> waitsNotAtAllForATimeThatHasPassed() {
    return Stream.of(Instant.EPOCH, Instant.MIN);
  }

  @ParameterizedTest
  @MethodSource
  void waits290YearsForAFarFuture(Instant future) {
    assertThat(ofWorker(() -> Optional.of(future))).isEqualTo(LONGEST);
  }

  static Stream<Instant> waits290YearsForAFarFuture() {
    return Stream.of(Instant.MAX, Instant.parse("9999-12-31T00:00:00Z"));
  }

  @Test
  void followsThePolicyIfTheWorkerSaysNothing() {
    assertThat(ofWorker(Optional::empty)).isEqualTo(OF_POLICY);
  }

  @ParameterizedTest
  @MethodSource
  void followsThePolicyIfTheWorkerFails(Supplier<Optional<Instant>> next) {
    try (LogCapture log = LogCapture.of(RetryDelays.class)) {
      assertThat(ofWorker(next)).isEqualTo(OF_POLICY);
      assertThat(log.lines())
          .containsExactly(
              "WARN job 1: nextRetry of its worker failed, the client's policy counts");
    }
  }

  @SuppressWarnings("NullAway") // what is tested
  static Stream<Supplier<Optional<Instant>>> followsThePolicyIfTheWorkerFails() {
    return Stream.of(
        () -> null,
        () -> {
          throw new IllegalStateException("no time");
        },
        () -> {
          throw new StackOverflowError("no time");
        });
  }

  @ParameterizedTest
  @MethodSource
  void keepsThePolicyInRange(Duration given, Duration kept) {
    assertThat(new RetryDelays(row -> given, InstantSource.system()).ofClient(ROW)).isEqualTo(kept);
  }

  static Stream<Arguments> keepsThePolicyInRange() {
    return Stream.of(
        arguments(Duration.ofNanos(-1), Duration.ZERO),
        arguments(Duration.ofSeconds(Long.MIN_VALUE), Duration.ZERO),
        arguments(Duration.ZERO, Duration.ZERO),
        arguments(Duration.ofNanos(1), Duration.ofNanos(1)),
        arguments(LONGEST, LONGEST),
        arguments(LONGEST.plusNanos(1), LONGEST),
        arguments(Duration.ofSeconds(Long.MAX_VALUE), LONGEST));
  }

  @ParameterizedTest
  @MethodSource
  void followsRiversPolicyIfTheClientsFails(RetryPolicy policy) {
    try (LogCapture log = LogCapture.of(RetryDelays.class)) {
      assertThat(new RetryDelays(policy, InstantSource.system()).ofClient(ROW))
          .isBetween(Duration.ofSeconds(72), Duration.ofSeconds(90));
      assertThat(log.lines())
          .containsExactly("WARN job 1: the client's retry policy failed, River's counts");
    }
  }

  @SuppressWarnings("NullAway") // what is tested
  static Stream<RetryPolicy> followsRiversPolicyIfTheClientsFails() {
    return Stream.of(
        row -> null,
        row -> {
          throw new IllegalStateException("no delay");
        },
        row -> {
          throw new AssertionError("no delay");
        });
  }

  private Duration ofWorker(Supplier<Optional<Instant>> next) {
    return delays.ofWorker(new SampleWorker(next), JOB);
  }
}
