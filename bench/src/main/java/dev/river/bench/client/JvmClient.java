package dev.river.bench.client;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client that runs in this JVM: the same loops around every framework's library. For one thread.
 */
public final class JvmClient implements JobClient {
  private final Supplier<Library> connect;
  private @Nullable Library connected;
  private StartLog log = new StartLog(0, 0);
  private CountDownLatch latch = new CountDownLatch(0);

  /**
   * Creates it.
   *
   * @param connect makes what it drives, and closes
   */
  public JvmClient(Supplier<Library> connect) {
    this.connect = connect;
  }

  private Library library() {
    Library library = connected;
    if (library == null) {
      library = connect.get();
      connected = library;
    }
    return library;
  }

  @Override
  public Inserted insert(Insertion insertion) {
    Library library = library();
    return switch (insertion.way()) {
      case SINGLE ->
          InsertLoop.run(insertion, 1, (first, count) -> library.insert(Payload.of(first)));
      case BATCH ->
          InsertLoop.run(
              insertion,
              Insertion.BATCH,
              (first, count) -> library.insertAll(payloads(first, count).toList()));
      case COPY ->
          InsertLoop.run(
              insertion, insertion.count(), (first, count) -> library.copy(payloads(first, count)));
    };
  }

  @Override
  public long[] offer(Load load) {
    Library library = library();
    return LoadLoop.run(load, (first, count) -> insert(library, first, count));
  }

  private void insert(Library library, long first, int count) throws Exception {
    if (count == 1) {
      library.insert(Payload.of(first));
    } else {
      library.insertAll(payloads(first, count).toList());
    }
  }

  @Override
  public void start(Work work) {
    log = new StartLog(work.first(), work.count());
    latch = new CountDownLatch(1);
    JobBody body = body(work.task(), log, latch);
    Library library = library();
    Failures.unchecked(() -> library.start(work.workers(), body));
  }

  private static JobBody body(Work.Task task, StartLog log, CountDownLatch latch) {
    return switch (task) {
      case Work.Nothing nothing -> log::begins;
      case Work.Sleep sleep ->
          number -> {
            log.begins(number);
            Thread.sleep(sleep.time());
          };
      case Work.Block block ->
          number -> {
            log.begins(number);
            latch.await();
          };
    };
  }

  @Override
  public long started() {
    return log.count();
  }

  @Override
  public OptionalLong firstStartedAt() {
    return log.firstTime();
  }

  @Override
  public OptionalLong startedAt(long number) {
    return log.time(number);
  }

  @Override
  public long[] startTimes() {
    return log.times();
  }

  @Override
  public void release() {
    latch.countDown();
  }

  @Override
  public void stop() {
    release();
    Library library = connected;
    if (library != null) {
      Failures.unchecked(library::stop);
    }
  }

  @Override
  public long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void disconnect() {
    Library library = connected;
    if (library != null) {
      stop();
      connected = null;
      Failures.unchecked(library::close);
    }
  }

  @Override
  public void close() {
    disconnect();
  }

  private static Stream<Payload> payloads(long first, int count) {
    return LongStream.range(first, first + count).mapToObj(Payload::of);
  }
}
