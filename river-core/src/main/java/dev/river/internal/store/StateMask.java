package dev.river.internal.store;

import dev.river.job.JobState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Between sets of states and the eight bits of the column {@code unique_states}. */
final class StateMask {
  /** Bits are counted from the left, as PostgreSQL's get_bit does. */
  private static final List<JobState> BITS =
      List.of(
          JobState.SCHEDULED,
          JobState.RUNNING,
          JobState.RETRYABLE,
          JobState.PENDING,
          JobState.DISCARDED,
          JobState.COMPLETED,
          JobState.CANCELLED,
          JobState.AVAILABLE);

  private StateMask() {}

  /** {@return the mask as PostgreSQL writes it, such as 11110101} */
  static String of(Set<JobState> states) {
    StringBuilder mask = new StringBuilder(BITS.size());
    BITS.forEach(state -> mask.append(states.contains(state) ? '1' : '0'));
    return mask.toString();
  }

  /** {@return a mask without one of its states} */
  static Field<String> without(Field<String> mask, JobState state) {
    return DSL.field(
        "set_bit({0}, {1}, 0)", mask.getDataType(), mask, DSL.inline(BITS.indexOf(state)));
  }

  /** {@return the states of a mask; none if it is NULL} */
  static Set<JobState> states(@Nullable String mask) {
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    for (int i = 0; mask != null && i < BITS.size(); i++) {
      if (mask.charAt(i) == '1') {
        states.add(BITS.get(i));
      }
    }
    return states;
  }
}
