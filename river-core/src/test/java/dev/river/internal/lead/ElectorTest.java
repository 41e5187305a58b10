package dev.river.internal.lead;

import static dev.river.testing.RiverDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.Database;
import dev.river.internal.store.LeaderStore;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.ResignRequests;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ElectorTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  /** A leader that forgets its lock before it is free would keep everybody from leading. */
  @Test
  void whoCanNotFreeTheLockLeadsOnAndTriesAgain() throws Exception {
    Database database = river.database();
    var notifications = new Notifications(new MessageCodec(), Optional.empty());
    var locks = new AdvisoryLocks(0, Optional.empty());
    var presence = new Presence("client", database, new ClientStore(locks), () -> {});
    var leaders = new LeaderStore(locks, notifications);
    var elector =
        new Elector(
            presence,
            database,
            leaders,
            new LeaseStore(notifications),
            new ResignRequests(notifications, Optional.empty()),
            false,
            () -> {});
    presence.start();
    elector.start();
    Connection broken = river.unpooled().getConnection();
    broken.close();
    try (Connection connection = river.unpooled().getConnection();
        Connection other = river.unpooled().getConnection()) {
      DSLContext session = database.on(connection);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                elector.attend(session);
                return elector.leads();
              });
      elector.retire();

      assertThatThrownBy(() -> elector.attend(database.on(broken)))
          .isInstanceOf(DatabaseException.class);

      assertThat(elector.leads()).isTrue();
      elector.attend(session);
      assertThat(elector.leads()).isFalse();
      assertThat(leaders.tryLock(database.on(other))).isPresent();
    } finally {
      elector.stop();
      presence.stop();
      presence.leave(Instant.EPOCH);
    }
  }
}
