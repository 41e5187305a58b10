package dev.river.work;

/**
 * Is told of jobs that go on although they were interrupted, because they ran too long or were
 * cancelled. Safe for use by several threads.
 */
@FunctionalInterface
public interface StuckJobHandler {

  /** What is to be done about a stuck job. */
  enum Decision {
    /** It keeps its place among the jobs that its queue may run at once. */
    KEEP_SLOT,
    /** Its queue may run another job in its place while it goes on. */
    ADD_SLOT
  }

  /**
   * {@return what is to be done} Called once for each attempt. If it throws, that is logged and the
   * job keeps its place.
   *
   * @param job the job that is stuck
   */
  Decision stuck(StuckJob job);
}
