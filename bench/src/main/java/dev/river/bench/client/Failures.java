package dev.river.bench.client;

/** Lets what may throw anything be called where nothing checked may be thrown. */
public final class Failures {
  private Failures() {}

  /** What may throw anything. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /** Runs it; what it throws comes out, wrapped if it is checked. */
  public static void unchecked(Action action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
