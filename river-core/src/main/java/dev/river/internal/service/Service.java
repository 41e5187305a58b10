package dev.river.internal.service;

/**
 * A part that runs while its client runs. Both methods are idempotent, a stopped service can be
 * started again, and a service that is not started has no thread.
 */
public interface Service {

  /** Starts working in the background. */
  void start();

  /** Stops, and returns when nothing of it runs any more. */
  void stop();
}
