package dev.river.job;

import java.util.List;

/**
 * The arguments of a job, and with them its kind: implemented by records, whose components are
 * stored as a JSON object.
 *
 * <pre>{@code
 * public record SortArgs(List<String> strings) implements JobArgs {
 *   @Override public String kind() { return "sort"; }
 * }
 * }</pre>
 *
 * <p>Components may have any type that Jackson can read and write, {@code java.time} and {@code
 * Optional} included; Jackson's annotations are honoured, and its modules that are on the class
 * path are used. A stored property that the record does not have is ignored, so that components can
 * be removed while jobs wait; a component that a stored job does not have is {@code null} or zero.
 *
 * <p>What is written comes back equal. A class that could be written but not read is refused when
 * its worker is added, and when the first job of it is inserted: one with a component that is
 * {@code Object}, or an interface or an abstract class that doesn't tell the class to read (with
 * {@code @JsonTypeInfo} and {@code @JsonSubTypes}), or whose class Jackson can't construct. Values
 * in a {@code Map<String, Object>} or a {@code List<Object>} come back as what JSON has: texts,
 * booleans, lists, maps, and numbers as {@code Integer}, {@code Long}, {@code BigInteger} or {@code
 * BigDecimal}. PostgreSQL writes numbers out, so that {@code 1E+3} comes back as {@code 1000} and
 * {@code -0.0} as {@code 0.0}. NaN and infinity are refused.
 *
 * <p>As JSON, arguments may have 64 MB, 1,000 objects and lists within each other, names of 65,536
 * characters, and numbers of 131,072 digits before and 16,383 after the point.
 */
public interface JobArgs {

  /**
   * {@return the name under which jobs of this class are stored and find their worker}
   *
   * <p>It must be a constant of the class: it is also called on an instance that no constructor ran
   * for, so it can't look at the components. The rule for its characters is {@link
   * Names#checkKind}'s. A kind that jobs were stored under must not change while they wait.
   */
  String kind();

  /**
   * {@return other kinds that its worker works too, such as the one that this class had before it
   * was renamed; none by default} Like {@link #kind} it must be a constant of the class.
   */
  default List<String> kindAliases() {
    return List.of();
  }

  /**
   * {@return the options of every job of this class, where the call that inserts it says nothing
   * else; none by default}
   */
  default InsertOpts insertOpts() {
    return InsertOpts.defaults();
  }

  /**
   * {@return the kind of a class of arguments}
   *
   * @param argsClass the class
   * @throws IllegalArgumentException if it is not concrete or has type parameters, or if its kind
   *     is invalid or no constant
   */
  static String kindOf(Class<? extends JobArgs> argsClass) {
    return KindOf.argsClass(argsClass);
  }

  /**
   * {@return the aliases of the kind of a class of arguments}
   *
   * @param argsClass the class
   * @throws IllegalArgumentException if one of them is invalid or they are no constant
   */
  static List<String> kindAliasesOf(Class<? extends JobArgs> argsClass) {
    return KindOf.aliases(argsClass);
  }
}
