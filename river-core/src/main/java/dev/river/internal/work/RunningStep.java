package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.work.Step;
import java.sql.Connection;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * What the body of a step sees of it.
 *
 * @param name the step
 * @param cursorClass the class of its cursor
 * @param steps all steps of the attempt
 * @param codec reads and writes the cursor
 */
record RunningStep<C>(String name, Class<C> cursorClass, Steps steps, JsonCodec codec)
    implements Step<C> {

  @Override
  public Optional<C> cursor() {
    return steps.cursor(name).map(json -> codec.decodeValue(json, cursorClass));
  }

  @Override
  public void cursor(C cursor) {
    steps.noteCursor(name, encode(cursor));
  }

  @Override
  public void cursorTx(DSLContext tx, C cursor) {
    steps.storeCursor(name, encode(cursor), (row, json, store) -> store.mergeOn(tx, row, json));
  }

  @Override
  public void cursorTx(Connection tx, C cursor) {
    steps.storeCursor(name, encode(cursor), (row, json, store) -> store.mergeOn(tx, row, json));
  }

  @Override
  public void completeTx(DSLContext tx) {
    steps.storeDone(name, (row, json, store) -> store.mergeOn(tx, row, json));
  }

  @Override
  public void completeTx(Connection tx) {
    steps.storeDone(name, (row, json, store) -> store.mergeOn(tx, row, json));
  }

  private String encode(C cursor) {
    return codec.encodeValue("the cursor of step " + name, cursor);
  }
}
