package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which classes of arguments are refused, because their jobs could never be read. */
class ReadableArgsTest {
  interface Sample extends JobArgs {
    @Override
    default String kind() {
      return "sample";
    }
  }

  interface Shape {}

  abstract static class Animal {}

  sealed interface Payment {}

  record Cash(int amount) implements Payment {}

  record Card(@Nullable Supplier<String> secret) {}

  /** As Kotlin compiles a data class: a constructor with parameters, and getters. */
  static final class DataClass {
    private final String to;
    private final int count;

    public DataClass(String to, int count) {
      this.to = to;
      this.count = count;
    }

    public String getTo() {
      return to;
    }

    public int getCount() {
      return count;
    }
  }

  static final class DataClassOfOneText {
    private final String to;

    public DataClassOfOneText(String to) {
      this.to = to;
    }

    public String getTo() {
      return to;
    }
  }

  static final class DataArgs implements Sample {
    private final String to;
    private final int count;

    public DataArgs(String to, int count) {
      this.to = to;
      this.count = count;
    }

    public String getTo() {
      return to;
    }

    public int getCount() {
      return count;
    }
  }

  @SuppressWarnings("ClassCanBeStatic") // what is tested
  final class Inner {
    public int number;
  }

  @SuppressWarnings("ClassCanBeStatic") // what is tested
  final class InnerArgs implements Sample {
    public int number;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  interface Nameless {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes(@JsonSubTypes.Type(value = BadCase.class, name = "bad"))
  sealed interface Bad {}

  record BadCase(Runnable action) implements Bad {}

  record OfInterface(Shape shape) implements Sample {}

  record OfAbstract(Animal animal) implements Sample {}

  record OfSealed(Payment payment) implements Sample {}

  record OfSupplier(Supplier<String> supplier) implements Sample {}

  record OfRunnable(Runnable runnable) implements Sample {}

  record OfObject(Object object) implements Sample {}

  record OfSerializable(Serializable value) implements Sample {}

  record OfThread(Thread thread) implements Sample {}

  record OfStream(InputStream stream) implements Sample {}

  record OfClass(Class<?> type) implements Sample {}

  record OfException(IllegalStateException failure) implements Sample {}

  record OfBits(BitSet bits) implements Sample {}

  record OfCounters(AtomicIntegerArray counters) implements Sample {}

  record OfInner(Inner inner) implements Sample {}

  record OfDataClass(DataClass data) implements Sample {}

  record OfDataClassOfOneText(DataClassOfOneText data) implements Sample {}

  record InList(List<List<Shape>> shapes) implements Sample {}

  record InMap(Map<String, Shape> shapes) implements Sample {}

  @SuppressWarnings("ArrayRecordComponent") // what is tested
  record InArray(Shape[] shapes) implements Sample {}

  record InOptional(Optional<Shape> shape) implements Sample {}

  record InRecord(Card card) implements Sample {}

  record Page<T>(List<T> items, int number) {}

  record InGeneric(Page<Shape> page) implements Sample {}

  record AsKey(Map<Cash, String> byCash) implements Sample {}

  record OfNameless(Nameless nameless) implements Sample {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
  interface SimpleNameless {}

  record OfQueue(BlockingQueue<Integer> queue) implements Sample {}

  record OfQueues(List<BlockingQueue<Integer>> queues) implements Sample {}

  interface Named extends List<String> {}

  record OfNamed(Named names) implements Sample {}

  static final class Made extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Made(int one, int other) {
      super(one + other);
    }
  }

  record OfMade(Made made) implements Sample {}

  record OfSimpleNameless(SimpleNameless nameless) implements Sample {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, defaultImpl = BadDefault.class)
  interface BadlyDefaulted {}

  record BadDefault(Runnable action) implements BadlyDefaulted {}

  record OfBadDefault(BadlyDefaulted value) implements Sample {}

  record OfBad(Bad bad) implements Sample {}

  record Open<T>(T value) implements Sample {}

  @ParameterizedTest
  @MethodSource
  void refusesWhatCouldNotBeRead(Class<? extends JobArgs> argsClass, String place) {
    assertThatThrownBy(() -> new ReadableArgs().check(argsClass))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "jobs of %s could be stored but not be read again: %s", argsClass.getName(), place);
    if (argsClass != Open.class) {
      assertThatThrownBy(
              () -> new Workers().add(argsClass, (job, context) -> WorkResult.completed()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(argsClass.getName());
    }
  }

  static Stream<Arguments> refusesWhatCouldNotBeRead() {
    return Stream.of(
        arguments(OfInterface.class, "its component shape is the interface "),
        arguments(OfAbstract.class, "its component animal is the abstract class "),
        arguments(OfSealed.class, "its component payment is the interface "),
        arguments(OfSupplier.class, "its component supplier is the interface "),
        arguments(OfRunnable.class, "its component runnable is the interface "),
        arguments(OfObject.class, "its component object is java.lang.Object"),
        arguments(OfSerializable.class, "its component value is java.io.Serializable"),
        arguments(OfThread.class, "its component thread is a java.lang.Thread"),
        arguments(OfStream.class, "its component stream is "),
        arguments(OfClass.class, "its component type is a java.lang.Class"),
        arguments(OfException.class, "its component failure is a java.lang.IllegalState"),
        arguments(OfBits.class, "its component bits is a java.util.BitSet"),
        arguments(OfCounters.class, "its component counters is a java.util.concurrent"),
        arguments(OfInner.class, "its component inner is of the inner class "),
        arguments(OfDataClass.class, "its component data is of "),
        arguments(OfDataClassOfOneText.class, "its component data is of "),
        arguments(DataArgs.class, "it is of " + DataArgs.class.getName()),
        arguments(InnerArgs.class, "it is of the inner class "),
        arguments(InList.class, "its component shapes[][] is the interface "),
        arguments(InMap.class, "its component shapes[] is the interface "),
        arguments(InArray.class, "its component shapes[] is the interface "),
        arguments(InOptional.class, "its component shape[] is the interface "),
        arguments(InRecord.class, "its component card.secret is the interface "),
        arguments(InGeneric.class, "its component page.items[] is the interface "),
        arguments(AsKey.class, "its component byCash can't be read from JSON: "),
        arguments(OfNameless.class, "its component nameless is the interface "),
        arguments(OfQueue.class, "its component queue "),
        arguments(OfQueues.class, "its component queues"),
        arguments(OfNamed.class, "its component names "),
        arguments(OfMade.class, "its component made "),
        arguments(OfSimpleNameless.class, "its component nameless is the interface "),
        arguments(OfBadDefault.class, "its component value.action is the interface "),
        arguments(OfBad.class, "its component bad.action is the interface "),
        arguments(Open.class, "its component value is java.lang.Object"));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Figure {}

  record Circle(double radius) implements Figure, Defaulted {}

  record Square(double side) implements Figure {}

  static final class Created {
    private final String to;

    @JsonCreator
    Created(@JsonProperty("to") String to) {
      this.to = to;
    }

    public String getTo() {
      return to;
    }
  }

  @JsonDeserialize(builder = Built.Builder.class)
  static final class Built {
    private final String to;

    private Built(String to) {
      this.to = to;
    }

    public String getTo() {
      return to;
    }

    @JsonPOJOBuilder
    static final class Builder {
      private String to = "";

      public Builder withTo(String to) {
        this.to = to;
        return this;
      }

      public Built build() {
        return new Built(to);
      }
    }
  }

  record Email(@JsonValue String address) {}

  static final class Bean {
    private String name = "";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  static final class ShapeReader extends JsonDeserializer<Shape> {
    @Override
    public Shape deserialize(JsonParser json, DeserializationContext context) throws IOException {
      json.skipChildren();
      return new Shape() {};
    }
  }

  record Tree(String name, List<Tree> children, @Nullable Tree parent) {}

  @SuppressWarnings("ArrayRecordComponent") // what is tested
  record Collections(
      Collection<String> collection,
      Set<Integer> set,
      SortedSet<String> sorted,
      Queue<Long> queue,
      NavigableMap<String, Integer> map,
      ConcurrentMap<Integer, String> byNumber,
      EnumMap<TimeUnit, Integer> byUnit,
      EnumSet<TimeUnit> units,
      Map<String, Object> anything,
      List<Object> more,
      Object[] array,
      Iterable<String> iterable)
      implements Sample {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, defaultImpl = Circle.class)
  interface Defaulted {}

  record OfDefault(Defaulted value) implements Sample {}

  record Annotated(
      Figure figure,
      List<Figure> figures,
      Created created,
      Built built,
      Email email,
      Bean bean,
      @JsonDeserialize(using = ShapeReader.class) Shape shape,
      @JsonDeserialize(contentUsing = ShapeReader.class) List<Shape> shapes,
      @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object typed,
      @JsonIgnore @Nullable Supplier<String> ignored,
      JsonNode node,
      Optional<Instant> time,
      OptionalInt number,
      Tree tree,
      Page<Circle> page)
      implements Sample {}

  record Nothing() implements Sample {}

  static final class BeanArgs implements Sample {
    private String name = "";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  static Stream<Class<? extends JobArgs>> acceptsWhatJacksonReads() {
    record Local(String text) implements Sample {}
    return Stream.of(
        Collections.class,
        Annotated.class,
        Nothing.class,
        BeanArgs.class,
        Local.class,
        OfDefault.class);
  }

  @ParameterizedTest
  @MethodSource
  void acceptsWhatJacksonReads(Class<? extends JobArgs> argsClass) {
    assertThatCode(() -> new ReadableArgs().check(argsClass)).doesNotThrowAnyException();
    assertThatCode(() -> new Workers().add(argsClass, (job, context) -> WorkResult.completed()))
        .doesNotThrowAnyException();
  }
}
