package dev.river.test.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs classes of tests as JUnit does, and tells how they ended. */
final class TestRun {
  private static final Map<String, String> PARALLEL =
      Map.of(
          "junit.jupiter.execution.parallel.enabled", "true",
          "junit.jupiter.execution.parallel.mode.default", "concurrent",
          "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
          "junit.jupiter.execution.parallel.config.strategy", "fixed",
          "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");

  private final EngineExecutionResults results;

  private TestRun(EngineExecutionResults results) {
    this.results = results;
  }

  static TestRun of(Class<?>... classes) {
    return run(Map.of(), classes);
  }

  /** {@return the run of classes of which four tests run at a time} */
  static TestRun inParallel(Class<?>... classes) {
    return run(PARALLEL, classes);
  }

  private static TestRun run(Map<String, String> parameters, Class<?>... classes) {
    EngineTestKit.Builder builder =
        EngineTestKit.engine("junit-jupiter").configurationParameters(parameters);
    for (Class<?> type : classes) {
      builder.selectors(selectClass(type));
    }
    return new TestRun(builder.execute());
  }

  long succeeded() {
    return tests().succeeded().count();
  }

  /** {@return what the tests have failed with} */
  List<Throwable> failures() {
    return results.allEvents().failed().stream().map(TestRun::failure).toList();
  }

  Events tests() {
    return results.testEvents();
  }

  private static Throwable failure(Event event) {
    return event
        .getPayload(TestExecutionResult.class)
        .flatMap(TestExecutionResult::getThrowable)
        .orElseThrow();
  }
}
