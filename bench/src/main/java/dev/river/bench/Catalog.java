package dev.river.bench;

import dev.river.bench.measure.DrainMeasure;
import dev.river.bench.measure.InsertMeasure;
import dev.river.bench.measure.Measure;
import dev.river.bench.measure.PickUpMeasure;
import dev.river.bench.system.DbSchedulerSystem;
import dev.river.bench.system.JobSystem;
import dev.river.bench.system.PlainSqlSystem;
import dev.river.bench.system.RiverSystem;
import java.util.List;

/** Everything that can be compared and measured, in the order in which it is shown. */
final class Catalog {
  private Catalog() {}

  /** {@return the frameworks} */
  static List<JobSystem> systems() {
    return List.of(new RiverSystem(), new DbSchedulerSystem(), new PlainSqlSystem());
  }

  /** {@return the measures} */
  static List<Measure> measures() {
    return List.of(new InsertMeasure(), new DrainMeasure(), new PickUpMeasure());
  }
}
