package dev.river.internal.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.Control;
import dev.river.internal.codec.LeadershipNews;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.Database;
import dev.river.internal.store.Notifications;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.UnsteadyDataSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ListenerTest {
  private static final String TOO_MUCH = "too-much";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final Notifications notifications =
      new Notifications(new MessageCodec(), Optional.empty());
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @Test
  void wakesEveryoneWhenItListensAndThenTheQueueThatAHintNames() throws Exception {
    Listener listener = listener();
    listener.start();
    try {
      assertThat(next()).isEqualTo("*");

      river.database().run(db -> notifications.announce(db, List.of("mail", "default")));

      assertThat(List.of(next(), next())).containsExactlyInAnyOrder("mail", "default");
    } finally {
      listener.stop();
    }
  }

  @Test
  void readsHintsOfOtherClientsAndIgnoresWhatItDoesNotUnderstand() throws Exception {
    Listener listener = listener();
    listener.start();
    try {
      assertThat(next()).isEqualTo("*");

      river.dsl().execute("NOTIFY \"public.river_insert\", 'no json'");
      river.dsl().execute("NOTIFY \"public.river_insert\", '{\"new\": 1}'");
      river.dsl().execute("NOTIFY \"public.river_insert\", '{\"queue\":\"mail\",\"new\":1}'");

      assertThat(next()).isEqualTo("mail");
    } finally {
      listener.stop();
    }
  }

  @Test
  void passesOnWhatClientsTellEachOther() throws Exception {
    Listener listener = listener();
    listener.start();
    try {
      assertThat(next()).isEqualTo("*");

      river.database().run(db -> notifications.control(db, new Control.Cancel(7, "mail")));
      river.database().run(db -> notifications.control(db, new Control.Pause("*")));
      river.dsl().execute("NOTIFY \"public.river_control\", '{\"action\": \"new\"}'");
      river.dsl().execute("NOTIFY \"public.river_control\", 'no json'");
      river
          .database()
          .run(db -> notifications.control(db, new Control.MetadataChanged("mail", "{\"a\":[1]}")));

      assertThat(next()).isEqualTo("Cancel[jobId=7, queue=mail]");
      assertThat(next()).isEqualTo("Pause[queue=*]");
      assertThat(next()).isEqualTo("MetadataChanged[queue=mail]");
    } finally {
      listener.stop();
    }
  }

  @Test
  void listensAgainAfterItsConnectionBrokeAndWakesEveryone() throws Exception {
    log.expectWarnings();
    Listener listener = listener();
    listener.start();
    try {
      assertThat(next()).isEqualTo("*");

      river.terminateEveryConnection();

      assertThat(next()).isEqualTo("*");
      river.database().run(db -> notifications.announce(db, List.of("mail")));
      assertThat(next()).isEqualTo("mail");
    } finally {
      listener.stop();
    }
  }

  @Test
  void listensThoughItsFirstConnectionsFail() throws Exception {
    log.expectWarnings();
    Listener listener =
        listener(
            new Database(
                UnsteadyDataSource.failingAt(river.dataSource(), Set.of(1, 2)), Optional.empty()));
    listener.start();
    try {
      assertThat(next()).isEqualTo("*");
      river.database().run(db -> notifications.announce(db, List.of("mail")));
      assertThat(next()).isEqualTo("mail");
    } finally {
      listener.stop();
    }
  }

  @Test
  void wakesEveryoneAgainAfterAnErrorThoughItsConnectionIsWhole() throws Exception {
    log.expectWarnings();
    Listener listener = listener();
    listener.start();
    try {
      assertThat(next()).isEqualTo("*");

      river.database().run(db -> notifications.announce(db, List.of(TOO_MUCH)));

      assertThat(next()).isEqualTo(TOO_MUCH);
      assertThat(next()).isEqualTo("*");
      river.database().run(db -> notifications.announce(db, List.of("mail")));
      assertThat(next()).isEqualTo("mail");
    } finally {
      listener.stop();
    }
  }

  @Test
  void canBeStoppedAndStartedAgain() throws Exception {
    Listener listener = listener();
    for (int i = 0; i < 3; i++) {
      listener.start();
      listener.start();
      assertThat(next()).isEqualTo("*");
      listener.stop();
      listener.stop();
    }
    assertThat(heard).isEmpty();
  }

  private Listener listener() {
    return listener(river.database());
  }

  private Listener listener(Database database) {
    return new Listener(
        "test",
        database,
        notifications,
        new MessageCodec(),
        new Listener.Audience() {
          @Override
          public void workIn(String queue) {
            heard.add(queue);
            if (queue.equals(TOO_MUCH)) {
              throw new OutOfMemoryError("injected");
            }
          }

          @Override
          public void missedSomething() {
            heard.add("*");
          }

          @Override
          public void told(Control control) {
            heard.add(control.toString());
          }

          @Override
          public void told(LeadershipNews news) {
            heard.add(news.toString());
          }
        },
        List.of());
  }

  private String next() throws InterruptedException {
    String name = heard.poll(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return name == null ? "nothing" : name;
  }
}
