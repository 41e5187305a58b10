package dev.river.test;

import dev.river.job.JobRow;
import dev.river.job.JobState;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.api.FactoryBasedNavigableListAssert;
import org.assertj.core.api.ObjectAssert;

/**
 * What assertions about all jobs and about those of one kind have in common. Each step that leaves
 * jobs out is told of in the messages.
 *
 * @param <S> the assertions themselves
 * @param <E> a job
 */
abstract class AbstractJobsAssert<S extends AbstractJobsAssert<S, E>, E>
    extends FactoryBasedNavigableListAssert<S, List<? extends E>, E, ObjectAssert<E>> {

  AbstractJobsAssert(List<? extends E> jobs, Class<S> self) {
    super(
        jobs, self, job -> new ObjectAssert<>(job).withRepresentation(JobRepresentation.INSTANCE));
    info.useRepresentation(JobRepresentation.INSTANCE);
  }

  /** {@return a job as it is stored} */
  abstract JobRow row(E job);

  /**
   * Leaves out the jobs that are in other states.
   *
   * @param states the states
   * @return assertions about the others
   */
  public S inState(JobState... states) {
    List<JobState> wanted = List.of(states);
    String names = wanted.stream().map(Descriptions::of).collect(Collectors.joining(" or "));
    return narrowed("in state " + names, job -> wanted.contains(row(job).state()));
  }

  /**
   * Leaves out the jobs that are in other queues.
   *
   * @param queue the queue
   * @return assertions about the others
   */
  public S inQueue(String queue) {
    return narrowed("in queue " + queue, job -> row(job).queue().equals(queue));
  }

  /**
   * Leaves out the jobs of other priorities.
   *
   * @param priority the priority, 1 (worked first) to 4
   * @return assertions about the others
   */
  public S withPriority(int priority) {
    return narrowed("with priority " + priority, job -> row(job).priority() == priority);
  }

  /**
   * Leaves out the jobs that lack a tag.
   *
   * @param tag the tag; a job may have others too
   * @return assertions about the others
   */
  public S withTag(String tag) {
    return narrowed("with tag " + tag, job -> row(job).tags().contains(tag));
  }

  private S narrowed(String words, Predicate<E> condition) {
    List<JobRow> before = actual.stream().map(this::row).toList();
    String noneLeft = "none of " + Descriptions.ofJobs(before);
    return filteredOn(condition).describedAfter(this, words, noneLeft);
  }

  /**
   * Says in the description what was narrowed, and if it left out the last ones, what there was
   * before.
   *
   * @param wider the assertions about more jobs, whose description goes on here
   */
  S describedAfter(AbstractJobsAssert<?, ?> wider, String words, String ifNoneLeft) {
    boolean lastLeftOut = actual.isEmpty() && !wider.actual.isEmpty();
    String note = lastLeftOut ? " (%s)".formatted(ifNoneLeft) : "";
    String text = wider.descriptionText() + ", " + words + note;
    info.overridingErrorMessage(wider.info.overridingErrorMessage());
    return as(() -> text);
  }
}
