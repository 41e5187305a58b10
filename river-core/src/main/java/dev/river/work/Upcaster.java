package dev.river.work;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Turns stored arguments of an older version of a record into those of the next one, so that jobs
 * that waited while a program was changed can still be read.
 *
 * @param applies whether the arguments are of the version that this is for. They are as Jackson
 *     reads a JSON object: maps, lists, texts, numbers, booleans and nulls. Numbers are {@code
 *     Integer}, {@code Long}, {@code BigInteger} or {@code BigDecimal}.
 * @param change makes arguments of the next version of them; may change and return the map it gets
 */
public record Upcaster(
    Predicate<Map<String, Object>> applies, UnaryOperator<Map<String, Object>> change) {

  /**
   * {@return an upcaster for arguments that have a property under its old name and not its new one}
   *
   * @param oldName how it was called
   * @param newName how it is called now
   */
  public static Upcaster renamed(String oldName, String newName) {
    return new Upcaster(
        args -> args.containsKey(oldName) && !args.containsKey(newName),
        args -> {
          Map<String, Object> renamed = new LinkedHashMap<>(args);
          renamed.put(newName, renamed.remove(oldName));
          return renamed;
        });
  }
}
