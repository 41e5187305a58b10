package dev.river.bench.client;

import java.util.List;
import java.util.stream.Stream;

/** A client of a framework that runs in a JVM: the little that differs between them. */
public interface Library {

  /** Inserts a job in a transaction of its own. */
  void insert(Payload job) throws Exception;

  /** Inserts jobs with as few statements as the framework can. */
  void insertAll(List<Payload> jobs) throws Exception;

  /** Inserts jobs with one COPY. */
  default void copy(Stream<Payload> jobs) throws Exception {
    throw new UnsupportedOperationException("no COPY");
  }

  /** Begins to work jobs. */
  void start(int workers, JobBody body) throws Exception;

  /** Stops when the jobs that run are done. Does nothing if it was not started. */
  void stop() throws Exception;

  /** Stops, and disconnects. */
  void close() throws Exception;
}
