package dev.river.bench.client;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A client of a framework, in this process or in another. Times are those of {@link
 * System#nanoTime}. Jobs are numbered by whoever inserts them, from 0.
 */
public interface JobClient extends AutoCloseable {

  /** Inserts jobs, and returns when all are committed or the time is over. */
  Inserted insert(Insertion insertion);

  /**
   * Inserts jobs at a steady rate, and returns when the time is over.
   *
   * @return when each was committed, by its number from the first on; 0 for those that were not
   */
  long[] offer(Load load);

  /** Begins to work jobs. It may have been started and stopped before. */
  void start(Work work);

  /** {@return how many jobs have begun since the start} */
  long started();

  /** {@return when the first job has begun since the start; empty if none has} */
  OptionalLong firstStartedAt();

  /** {@return when a job has begun; empty if it has not} */
  OptionalLong startedAt(long number);

  /** {@return when each job of the work's range has begun; 0 for those that have not} */
  long[] startTimes();

  /** Lets jobs end that block. */
  void release();

  /** Stops working, when the jobs that run are done. */
  void stop();

  /**
   * Ends its connections to the database, so that the server tells all it has done. Others follow.
   */
  void disconnect();

  /** {@return how many bytes of objects its process keeps, after a garbage collection} */
  long heapInUse();

  /** {@return how long its process has computed so far} */
  Duration cpuTime();

  /** Stops, and disconnects. */
  @Override
  void close();
}
