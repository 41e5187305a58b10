package dev.river.internal.codec;

/** What clients tell the producers of all clients of a database, in the form all of them read. */
public sealed interface Control {

  /** The queue that is spoken of, or {@code *} for all. */
  String queue();

  /**
   * Someone has cancelled a job that runs.
   *
   * @param jobId the job
   * @param queue its queue
   */
  record Cancel(long jobId, String queue) implements Control {}

  /**
   * A queue is to rest.
   *
   * @param queue the queue, or {@code *}
   */
  record Pause(String queue) implements Control {}

  /**
   * A queue may go on.
   *
   * @param queue the queue, or {@code *}
   */
  record Resume(String queue) implements Control {}

  /**
   * What is kept with a queue has changed.
   *
   * @param queue the queue
   * @param metadata what is kept with it now, a JSON object
   */
  record MetadataChanged(String queue, String metadata) implements Control {

    /** {@return the queue, without its metadata} */
    @Override
    public String toString() {
      return "MetadataChanged[queue=%s]".formatted(queue);
    }
  }
}
