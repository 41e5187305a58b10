package dev.river.bench;

import dev.river.bench.measure.DrainMeasure;
import dev.river.bench.measure.FinishedRowsMeasure;
import dev.river.bench.measure.FleetMeasure;
import dev.river.bench.measure.InsertMeasure;
import dev.river.bench.measure.LoadMeasure;
import dev.river.bench.measure.Measure;
import dev.river.bench.measure.MemoryMeasure;
import dev.river.bench.measure.PickUpMeasure;
import dev.river.bench.measure.ProcessesMeasure;
import dev.river.bench.measure.Scale;
import dev.river.bench.measure.SleepMeasure;
import dev.river.bench.measure.SnapshotMeasure;
import dev.river.bench.measure.WakeUpMeasure;
import java.util.List;

/**
 * Everything that can be measured, in the order in which it is shown. What starts processes is
 * last, because it is what a short run can do without.
 */
final class Catalog {
  private Catalog() {}

  /**
   * {@return the measures}
   *
   * @param scale how much is measured
   */
  static List<Measure> measures(Scale scale) {
    return List.of(
        new InsertMeasure(),
        new WakeUpMeasure(),
        new DrainMeasure(),
        new PickUpMeasure(),
        new LoadMeasure(1_000),
        new LoadMeasure(5_000),
        new LoadMeasure(10_000),
        new SleepMeasure(),
        new SnapshotMeasure(scale.millis(300, 2_000, 300_000)),
        new FinishedRowsMeasure(
            List.of(scale.of(1_000, 20_000, 1_000_000), scale.of(10_000, 100_000, 10_000_000))),
        new MemoryMeasure(),
        new FleetMeasure(),
        new ProcessesMeasure());
  }
}
