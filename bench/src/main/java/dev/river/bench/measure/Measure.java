package dev.river.bench.measure;

import dev.river.bench.report.Findings;
import dev.river.bench.report.Topic;

/** Something that is measured. Has no state. */
public interface Measure {

  /** {@return what its table shows} */
  Topic topic();

  /**
   * Measures once.
   *
   * @param trial with which framework, and how much
   * @param findings where the figures go, or the reasons why there are none
   */
  void run(Trial trial, Findings findings);
}
