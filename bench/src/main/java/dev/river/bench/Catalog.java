package dev.river.bench;

import dev.river.bench.measure.DrainMeasure;
import dev.river.bench.measure.InsertMeasure;
import dev.river.bench.measure.LoadMeasure;
import dev.river.bench.measure.Measure;
import dev.river.bench.measure.MemoryMeasure;
import dev.river.bench.measure.PickUpMeasure;
import dev.river.bench.measure.SleepMeasure;
import java.util.List;

/** Everything that can be measured, in the order in which it is shown. */
final class Catalog {
  private Catalog() {}

  /** {@return the measures} */
  static List<Measure> measures() {
    return List.of(
        new InsertMeasure(),
        new DrainMeasure(),
        new PickUpMeasure(),
        new LoadMeasure(1_000),
        new LoadMeasure(5_000),
        new LoadMeasure(10_000),
        new SleepMeasure(),
        new MemoryMeasure());
  }
}
