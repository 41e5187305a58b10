package dev.river.internal.work;

import dev.river.internal.store.QueuePlace;
import dev.river.internal.store.QueueStretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far the jobs of one priority have been claimed. What lies behind is cut into stretches of
 * about so many jobs that looking one of them through again takes a short time. Belongs to one
 * thread.
 */
final class QueueLane {
  private final int priority;
  private final int jobsInStretch;
  private final List<QueueStretch> closed = new ArrayList<>();
  private @Nullable QueuePlace front;
  private @Nullable QueuePlace cut; // where the last closed stretch ends
  private int claimedSinceCut;

  /**
   * Creates it.
   *
   * @param priority the priority
   * @param jobsInStretch after how many claimed jobs a stretch is closed
   */
  QueueLane(int priority, int jobsInStretch) {
    this.priority = priority;
    this.jobsInStretch = jobsInStretch;
  }

  /**
   * Notes that jobs were claimed from the beginning on.
   *
   * @param end the place of the last of them; empty if there was none
   * @param unfinished whether there may be more after it
   */
  void restart(Optional<QueuePlace> end, boolean unfinished) {
    front = end.filter(place -> unfinished || isAhead(place)).orElse(front);
    closed.clear();
    cut = null;
    claimedSinceCut = 0;
  }

  /**
   * Notes that jobs were claimed from the front on.
   *
   * @param end the place of the last of them
   * @param claimed how many
   */
  void advance(QueuePlace end, int claimed) {
    front = end;
    claimedSinceCut += claimed;
    if (claimedSinceCut >= jobsInStretch) {
      open().ifPresent(closed::add);
      cut = front;
      claimedSinceCut = 0;
    }
  }

  /** {@return what nobody has looked through yet} */
  QueueStretch ahead() {
    return new QueueStretch(priority, Optional.ofNullable(front), Optional.empty());
  }

  /** {@return the stretch that ends at the front; empty if nothing was claimed since the last} */
  Optional<QueueStretch> open() {
    return Optional.ofNullable(front)
        .filter(place -> !place.equals(cut))
        .map(place -> new QueueStretch(priority, Optional.ofNullable(cut), Optional.of(place)));
  }

  /** {@return all that lies behind the front, the newest first} */
  List<QueueStretch> behind() {
    List<QueueStretch> all = new ArrayList<>(closed);
    open().ifPresent(all::add);
    return all.reversed();
  }

  private boolean isAhead(QueuePlace place) {
    return front == null || place.compareTo(front) > 0;
  }
}
