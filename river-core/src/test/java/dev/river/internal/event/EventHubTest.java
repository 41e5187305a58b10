package dev.river.internal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.event.EventKind;
import dev.river.event.Subscription;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class EventHubTest {
  private static final Set<EventKind> ALL = EnumSet.allOf(EventKind.class);

  private final EventHub hub = new EventHub();

  @Test
  void whoSubscribesWhileTheClientIsClosedIsNotLeftWaiting() throws Exception {
    hub.close(); // between the look whether the client is open and the subscription

    Subscription late = hub.subscribe(ALL, 1);

    assertThat(late.poll(Duration.ofHours(1))).isEmpty();
    assertThatThrownBy(late::take).isInstanceOf(IllegalStateException.class);
    assertThat(hub.hasSubscribers()).isFalse();
  }
}
