package dev.river.bench.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.river.bench.postgres.ProcessTimes;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** A client in a process of its own, which is told what to do. For one thread. */
public final class ProcessClient implements JobClient {
  private final Channel channel;
  private final ClockOffset offset;

  private ProcessClient(Channel channel) {
    this.channel = channel;
    this.offset = ClockOffset.between(this::clock);
  }

  /**
   * {@return a client in a new process}
   *
   * @param command starts the process
   * @param opening what it is told first
   */
  public static ProcessClient open(List<String> command, ObjectNode opening) {
    ProcessClient client = new ProcessClient(Channel.open(command));
    client.channel.ask(opening);
    return client;
  }

  /**
   * {@return a question, to which more can be added}
   *
   * @param command what is asked for
   */
  public static ObjectNode request(String command) {
    return Wire.request(command);
  }

  private long clock() {
    return channel.ask(Wire.request("clock")).path("time").asLong();
  }

  @Override
  public Inserted insert(Insertion insertion) {
    Inserted inserted = Wire.inserted(channel.ask(Wire.insert(insertion)));
    return new Inserted(
        inserted.count(), offset.ours(inserted.beganAt()), offset.ours(inserted.endedAt()));
  }

  @Override
  public long[] offer(Load load) {
    return offset.ours(Wire.times(channel.ask(Wire.offer(load)).path("commits")));
  }

  @Override
  public void start(Work work) {
    channel.ask(Wire.start(work));
  }

  @Override
  public long started() {
    return channel.ask(Wire.request("started")).path("count").asLong();
  }

  @Override
  public OptionalLong firstStartedAt() {
    return time(channel.ask(Wire.request("started")).path("firstTime"));
  }

  @Override
  public OptionalLong startedAt(long number) {
    return time(channel.ask(Wire.request("startedAt").put("number", number)).path("time"));
  }

  private OptionalLong time(JsonNode json) {
    long time = json.asLong();
    return time == 0 ? OptionalLong.empty() : OptionalLong.of(offset.ours(time));
  }

  @Override
  public long[] startTimes() {
    return offset.ours(Wire.times(channel.ask(Wire.request("startTimes")).path("times")));
  }

  @Override
  public void release() {
    channel.ask(Wire.request("release"));
  }

  @Override
  public void stop() {
    channel.ask(Wire.request("stop"));
  }

  @Override
  public void disconnect() {
    channel.ask(Wire.request("disconnect"));
  }

  @Override
  public long heapInUse() {
    return channel.ask(Wire.request("heap")).path("bytes").asLong();
  }

  @Override
  public Duration cpuTime() {
    return ProcessTimes.ofProcess(channel.pid());
  }

  @Override
  public void close() {
    try (channel) {
      disconnect();
    }
  }
}
