package dev.river.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.river.job.Job;
import dev.river.job.JobArgs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorkersTest {
  private final Workers workers = new Workers();

  record SortArgs(List<String> strings) implements JobArgs {
    SortArgs {
      Objects.requireNonNull(strings);
    }

    @Override
    public String kind() {
      return "sort";
    }
  }

  record MailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  static class SortWorker implements Worker<SortArgs> {
    @Override
    public WorkResult work(Job<SortArgs> job, JobContext context) {
      return WorkResult.completed();
    }
  }

  static final class HeirOfSortWorker extends SortWorker {}

  /** Two type variables, the second of which is the worker's. */
  abstract static class Base<R, A extends JobArgs> implements Worker<A> {
    @Override
    public WorkResult work(Job<A> job, JobContext context) {
      return WorkResult.completed();
    }
  }

  /** The same names of type variables the other way round. */
  abstract static class Swapped<A extends JobArgs, R> extends Base<R, A> {}

  static final class SwappedWorker extends Swapped<SortArgs, MailArgs> {}

  static final class SecondOfTwoWorker extends Base<MailArgs, SortArgs> {}

  interface Described<A extends JobArgs> extends AutoCloseable, Worker<A> {
    @Override
    default void close() {}

    @Override
    default WorkResult work(Job<A> job, JobContext context) {
      return WorkResult.completed();
    }
  }

  static final class WorkerThroughInterface implements Supplier<MailArgs>, Described<SortArgs> {
    @Override
    public MailArgs get() {
      return new MailArgs("all");
    }
  }

  interface SortDescribed extends Described<SortArgs> {}

  static final class WorkerThroughPlainInterface implements SortDescribed {}

  @ParameterizedTest
  @MethodSource
  void findsTheClassOfArgumentsIn(Worker<?> worker) {
    workers.add(worker);

    RegisteredWorker<?> found = Objects.requireNonNull(workers.byKind().get("sort"));
    assertThat(found.kind()).isEqualTo("sort");
    assertThat(found.argsClass()).isEqualTo(SortArgs.class);
    assertThat(found.worker()).isSameAs(worker);
  }

  static Stream<Worker<?>> findsTheClassOfArgumentsIn() {
    return Stream.of(
        new SortWorker(),
        new HeirOfSortWorker(),
        new SecondOfTwoWorker(),
        new SwappedWorker(),
        new WorkerThroughInterface(),
        new WorkerThroughPlainInterface(),
        new Base<MailArgs, SortArgs>() {},
        new Worker<SortArgs>() {
          @Override
          public WorkResult work(Job<SortArgs> job, JobContext context) {
            return WorkResult.completed();
          }
        });
  }

  @Test
  void takesALambdaWithItsClassOfArguments() {
    Worker<MailArgs> lambda = (job, context) -> WorkResult.completed();

    workers.add(MailArgs.class, lambda);

    assertThat(workers.byKind())
        .isEqualTo(Map.of("mail", new RegisteredWorker<>("mail", MailArgs.class, lambda)));
  }

  @Test
  void keepsTheOrderOfAddition() {
    workers.add(MailArgs.class, (job, context) -> WorkResult.completed()).add(new SortWorker());

    assertThat(workers.byKind().keySet()).containsExactly("mail", "sort");
  }

  @Test
  void givesOutWhatItHoldsAtThatMoment() {
    workers.add(new SortWorker());
    Map<String, RegisteredWorker<?>> before = workers.byKind();

    workers.add(MailArgs.class, (job, context) -> WorkResult.completed());

    assertThat(before).containsOnlyKeys("sort");
    assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesTwoWorkersOfOneKind() {
    workers.add(new SortWorker());

    assertThatThrownBy(() -> workers.add(new HeirOfSortWorker()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a kind has one worker, got two for \"sort\": %s (of %s) and %s (of %s)",
            SortWorker.class.getName(),
            SortArgs.class.getName(),
            HeirOfSortWorker.class.getName(),
            SortArgs.class.getName());
    assertThat(workers.byKind().values())
        .singleElement()
        .extracting(RegisteredWorker::worker)
        .isExactlyInstanceOf(SortWorker.class);
  }

  @SuppressWarnings("rawtypes")
  static final class RawWorker implements Worker {
    @Override
    public WorkResult work(Job job, JobContext context) {
      return WorkResult.completed();
    }
  }

  @SuppressWarnings("rawtypes")
  static final class RawHeir extends Base {}

  static final class GenericWorker<A extends JobArgs> extends Base<String, A> {}

  @ParameterizedTest
  @MethodSource
  void refusesWorkersWhoseTypeDoesNotTellTheClassOfArguments(Worker<?> worker) {
    assertThatThrownBy(() -> workers.add(worker))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the type of %s doesn't tell its class of arguments: let it implement Worker<YourArgs>,"
                + " or name the class with add(YourArgs.class, (job, context) -> ...)",
            worker.getClass().getName());
  }

  static Stream<Worker<?>> refusesWorkersWhoseTypeDoesNotTellTheClassOfArguments() {
    Worker<SortArgs> lambda = (job, context) -> WorkResult.completed();
    return Stream.of(lambda, new RawWorker(), new RawHeir(), new GenericWorker<SortArgs>());
  }

  @Test
  void refusesArgumentsWithATypeParameter() {
    assertThatThrownBy(() -> workers.add(new BoxWorker()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the class of arguments must have no type parameters, got: ")
        .hasMessageContaining("Box<java.lang.String> of " + BoxWorker.class.getName())
        .hasMessageEndingWith("; write a record without any");
  }

  record Box<V>(V value) implements JobArgs {
    @Override
    public String kind() {
      return "box";
    }
  }

  static final class BoxWorker extends Base<String, Box<String>> {}

  static final class UntypedBoxWorker extends Base<String, Box<?>> {}

  @Test
  void refusesArgumentsWithAWildcard() {
    assertThatThrownBy(() -> workers.add(new UntypedBoxWorker()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have no type parameters")
        .hasMessageContaining("Box<?>");
  }

  abstract static class AbstractArgs implements JobArgs {
    @Override
    public String kind() {
      return "abstract";
    }
  }

  interface SealedArgs extends JobArgs {}

  static final class AbstractArgsWorker extends Base<String, AbstractArgs> {}

  static final class SealedArgsWorker extends Base<String, SealedArgs> {}

  static final class AnyArgsWorker extends Base<String, JobArgs> {}

  @ParameterizedTest
  @MethodSource
  void refusesArgumentsThatNoJobCanBeMadeOf(Worker<?> worker, Class<? extends JobArgs> argsClass) {
    String message =
        "the class of arguments must be concrete, got: %s; name the record that implements it"
            .formatted(argsClass.getName());
    assertThatThrownBy(() -> workers.add(worker))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> workers.add(argsClass, (job, context) -> WorkResult.completed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  static Stream<Arguments> refusesArgumentsThatNoJobCanBeMadeOf() {
    return Stream.of(
        arguments(new AbstractArgsWorker(), AbstractArgs.class),
        arguments(new SealedArgsWorker(), SealedArgs.class),
        arguments(new AnyArgsWorker(), JobArgs.class));
  }

  @Test
  @SuppressWarnings("rawtypes")
  void refusesAGenericClassOfArguments() {
    assertThatThrownBy(() -> workers.add(Box.class, (job, context) -> WorkResult.completed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the class of arguments must have no type parameters, got: %s; write a record without"
                + " any",
            Box.class.getName());
  }

  record ThrowingKind() implements JobArgs {
    @Override
    public String kind() {
      throw new UnsupportedOperationException("no kind");
    }
  }

  record LookingKind(String name) implements JobArgs {
    @Override
    public String kind() {
      return name.strip();
    }
  }

  @ParameterizedTest
  @MethodSource
  void refusesAKindThatIsNoConstant(Class<? extends JobArgs> argsClass, String failure) {
    assertThatThrownBy(() -> workers.add(argsClass, (job, context) -> WorkResult.completed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "kind() must return a constant without looking at the components, but that of %s threw"
                + " %s",
            argsClass.getName(), failure);
  }

  static Stream<Arguments> refusesAKindThatIsNoConstant() {
    return Stream.of(
        arguments(ThrowingKind.class, "java.lang.UnsupportedOperationException: no kind"),
        arguments(LookingKind.class, "java.lang.NullPointerException"));
  }

  record NullKind() implements JobArgs {
    @Override
    @SuppressWarnings("NullAway") // what is tested
    public String kind() {
      return null;
    }
  }

  @Test
  void refusesAKindThatIsNull() {
    assertThatThrownBy(() -> workers.add(NullKind.class, (job, context) -> WorkResult.completed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "kind() must return a constant, but that of %s returned null",
            NullKind.class.getName());
  }

  record InvalidKind() implements JobArgs {
    @Override
    public String kind() {
      return "no kind";
    }
  }

  @Test
  void refusesAnInvalidKind() {
    assertThatThrownBy(
            () -> workers.add(InvalidKind.class, (job, context) -> WorkResult.completed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(InvalidKind.class.getName() + ": kind must have 2 to 127")
        .hasMessageEndingWith("got: \"no kind\"");
  }
}
