package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.error.SqlFault;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.LeaderStore;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.ResignRequests;
import dev.river.internal.store.SchemaVersions;
import dev.river.internal.store.Scope;
import dev.river.query.FleetMember;
import dev.river.query.Leader;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The clients that work the jobs of a database. Any of the operations throws a {@link
 * DatabaseException} if the database refuses it or can't be reached, and a {@link
 * SchemaNotMigratedException} if River's tables are missing. Thread-safe.
 */
public final class Fleet {
  private final Scope scope;
  private final ClientStore clients;
  private final LeaderStore leaders;
  private final LeaseStore leases;
  private final ResignRequests requests;
  private final SchemaVersions versions;
  private final Notifications notifications;

  /**
   * Creates it.
   *
   * @param scope where statements run
   * @param locks who holds which
   * @param versions knows whether the tables are there
   * @param requests asks the leader to resign
   * @param notifications tells the other clients
   */
  Fleet(
      Scope scope,
      AdvisoryLocks locks,
      SchemaVersions versions,
      ResignRequests requests,
      Notifications notifications) {
    this.scope = scope;
    this.clients = new ClientStore(locks);
    this.leaders = new LeaderStore(locks, notifications);
    this.leases = new LeaseStore(notifications);
    this.requests = requests;
    this.versions = versions;
    this.notifications = notifications;
  }

  /**
   * {@return the clients that are working jobs, the one that started first first} One that has died
   * is among them until that was noticed, which takes seconds. Clients of other languages are not;
   * so there are none in a schema that only a migrator of another language has made.
   */
  public List<FleetMember> members() {
    return ofOurTables(() -> scope.call(clients::present), List.of());
  }

  /**
   * {@return the client that does the maintenance; empty if there is none at the moment} That is
   * one of another language as long as it holds River's lease. Clients with {@code pollOnly} have
   * no leader: they take turns.
   */
  public Optional<Leader> leader() {
    return foreignLeader()
        .or(() -> ofOurTables(() -> scope.call(leaders::current), Optional.empty()));
  }

  private Optional<Leader> foreignLeader() {
    try {
      return scope.call(leases::foreign);
    } catch (DatabaseException e) {
      if (!LeaseStore.isOutOfReach(e)) {
        throw e;
      }
      return isMissingTable(e) ? leaseHolder() : Optional.empty();
    }
  }

  /** Where our tables are missing, each lease is one of another language. */
  private Optional<Leader> leaseHolder() {
    try {
      return scope.call(leases::holder);
    } catch (DatabaseException e) {
      if (!LeaseStore.isOutOfReach(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private <T> T ofOurTables(Supplier<T> work, T withoutThem) {
    try {
      return work.get();
    } catch (DatabaseException e) {
      if (!isMissingTable(e)) {
        throw e;
      }
      scope.run(versions::checkShared);
      return withoutThem;
    }
  }

  private static boolean isMissingTable(DatabaseException failure) {
    return failure.fault() == SqlFault.NO_TABLE;
  }

  /**
   * Asks the leader, whichever client it is, to let another one lead. If there is no other client,
   * it leads again after a moment. The leader does what it is asked only if the database lets who
   * asks write to River's tables.
   */
  public void requestResign() {
    scope.run(
        db -> {
          if (versions.isCurrent(db)) {
            requests.send(db);
          } else {
            versions.checkShared(db);
            notifications.requestResign(db); // the leader is of another language
          }
        });
  }
}
