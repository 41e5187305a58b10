package dev.river;

import java.util.Collection;

/**
 * Inserts for the jobs that a client works: other than for everybody else, as long as those run
 * that the client waits for when it is closed.
 */
final class InsertsOfJobs extends InsertingClient {
  private final RiverClient client;

  InsertsOfJobs(RiverClient client) {
    super(client);
    this.client = client;
  }

  @Override
  void checkOpen() {
    client.checkNotEnded();
  }

  @Override
  void wake(Collection<String> queues) {
    client.wake(queues);
  }
}
