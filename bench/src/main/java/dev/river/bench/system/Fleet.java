package dev.river.bench.system;

/** Clients that work together and have nothing to do, to be closed. */
public interface Fleet extends AutoCloseable {

  /** {@return whether all of them have begun} */
  boolean isComplete();

  @Override
  void close();
}
