package dev.river;

import static dev.river.testing.RiverDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class KeepAliveTest {

  @Test
  void itsThreadInheritsNothingAndEndsWithTheClient() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      KeepAlive.until("kept", ended);
    } finally {
      current.setContextClassLoader(before);
    }

    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(one -> one.getName().equals("river-kept-keep-alive"))
            .findFirst()
            .orElseThrow();
    assertThat(thread.isDaemon()).isFalse();
    assertThat(thread.getContextClassLoader()).isSameAs(RiverClient.class.getClassLoader());
    ended.countDown();
    assertThat(thread.join(PATIENCE)).isTrue();
  }
}
