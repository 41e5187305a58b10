package dev.river;

import dev.river.error.DatabaseException;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.LeaderStore;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.Scope;
import dev.river.query.FleetMember;
import dev.river.query.Leader;
import java.util.List;
import java.util.Optional;

/**
 * The clients that work the jobs of a database. Any of the operations throws a {@link
 * DatabaseException} if the database refuses it or can't be reached. Thread-safe.
 */
public final class Fleet {
  private final Scope scope;
  private final ClientStore clients;
  private final LeaderStore leaders;
  private final Notifications notifications;

  /**
   * Creates it.
   *
   * @param scope where statements run
   * @param locks who holds which
   * @param notifications tells the other clients
   */
  Fleet(Scope scope, AdvisoryLocks locks, Notifications notifications) {
    this.scope = scope;
    this.clients = new ClientStore(locks);
    this.leaders = new LeaderStore(locks, notifications);
    this.notifications = notifications;
  }

  /**
   * {@return the clients that are working jobs, the one that started first first} One that has died
   * is among them until that was noticed, which takes seconds. Clients of other languages are not.
   */
  public List<FleetMember> members() {
    return scope.call(clients::present);
  }

  /**
   * {@return the client that does the upkeep; empty if there is none at the moment} Clients with
   * {@code pollOnly} have no leader: they take turns.
   */
  public Optional<Leader> leader() {
    return scope.call(leaders::current);
  }

  /**
   * Asks the leader, whichever client it is, to let another one lead. If there is no other client,
   * it leads again after a moment.
   */
  public void requestResign() {
    scope.run(notifications::requestResign);
  }
}
